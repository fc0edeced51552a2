"""From a published number to the cells that it comes from, and back."""
