"""From names as people write them to the codes of the catalogue: units, areas, items."""
