"""From the ledger to the warehouse: claim, read, validate, load; and again, or back."""
