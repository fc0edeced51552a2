"""Xanh: from a department's spreadsheet to indicators that can be defended."""
