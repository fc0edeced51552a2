-- No rows: what a login of the reader may use up. It can lengthen its own times; the number of connections it cannot.
alter role xanh_reader connection limit 20;
alter role xanh_reader set statement_timeout = '10min';
alter role xanh_reader set idle_in_transaction_session_timeout = '10min';
alter role xanh_reader set default_transaction_read_only = on
