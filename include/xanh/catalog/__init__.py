"""The catalogue: knowledge about the province, kept as data and checked when it is read."""

from xanh.catalog.loader import Catalog, catalog_hash, load_catalog
from xanh.catalog.rules import Rule
from xanh.catalog.strict import CatalogError, Entry

__all__ = ["Catalog", "CatalogError", "Entry", "Rule", "catalog_hash", "load_catalog"]
