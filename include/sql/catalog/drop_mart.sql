-- No rows: removes what stands in mart, so that views can change the kind or order of their columns. Grants on the schema stay.
do $$
declare
    views text[] := array(
        select format('%I', relname) from pg_class where relnamespace = 'mart'::regnamespace and relkind = 'v'
    );
    routines text[] := array(
        select oid::regprocedure::text from pg_proc where pronamespace = 'mart'::regnamespace
    );
    found text;
begin
    foreach found in array routines loop
        execute format('drop function if exists %s cascade', found);
    end loop;
    foreach found in array views loop
        execute format('drop view if exists mart.%s cascade', found);
    end loop;
end
$$;
