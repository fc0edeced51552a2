-- No rows: empties the session's tables of a load, for the next one in the same transaction.
truncate load_stated, load_target, load_change
