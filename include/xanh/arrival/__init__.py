"""From the drop folders into the archive and the ledger: every file seen, copied whole, and taken once."""
