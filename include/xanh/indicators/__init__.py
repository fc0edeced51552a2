"""The indicators of the catalogue as tables, and their computation."""
