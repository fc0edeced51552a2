"""What the sender gets back: the page, the tasks, and the marked workbook."""
