-- No rows: gives back the room that a large load took in the session's tables.
truncate load_stated, load_change
