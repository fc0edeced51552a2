-- No rows: what a login of the reader may use up, and what it sees without naming a schema (\d in psql). It can change all of
-- that for itself but the number of connections.
alter role xanh_reader connection limit 20;
alter role xanh_reader set statement_timeout = '10min';
alter role xanh_reader set idle_in_transaction_session_timeout = '10min';
alter role xanh_reader set default_transaction_read_only = on;
alter role xanh_reader set search_path = mart
