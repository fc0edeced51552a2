"""Xanh: from a department's spreadsheet to indicators that can be defended."""

__version__ = "1.0.0"
