"""From cells to observations: which form and layout a sheet is, and what its rows say."""
