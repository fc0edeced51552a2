-- No rows: empties the session's tables of the rules over history, for the next reading.
with stated as (delete from history_stated)

delete from history_past
