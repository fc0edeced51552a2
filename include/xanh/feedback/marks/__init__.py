"""Marks in a department's own workbook, written into the parts of the file so that everything else stays as it was."""
