-- No rows: empties the session's tables of a load, for the next one in the same transaction.
with stated as (delete from load_stated)

delete from load_change
