"""Empty official workbooks of a form, and the first draft of a new form from a sample."""
