-- No rows: gives each staged observation the key of its cell.
update load_stated set
    cell = core.cell_key(measure_code, item_code, item_name, area_code, period_start, period_end, flow)
