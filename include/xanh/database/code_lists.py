"""Copies the code lists of the catalogue into core, so that SQL and readers see the same names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from psycopg import sql as composed

if TYPE_CHECKING:
    from xanh.catalog import Catalog, Entry
    from xanh.catalog.departments import Department
    from xanh.database.warehouse import Connection

Rows = list[Mapping[str, Any]]
SYNC_LOCK = 0x58616E6C
LINKS = ("area_successor", "item_area", "department_name")
"""Tables without a code of their own: emptied and filled again."""


def sync_catalog(connection: Connection, catalog: Catalog) -> bool:
    """Writes the code lists where the catalogue's hash is not the one in place; True when it wrote.

    A code that left the catalogue stays: observations may still carry it. Runs inside the caller's transaction.
    """
    from xanh.database.warehouse import sql
    from xanh.deliveries.delivery import copy_calendar

    connection.execute("select pg_advisory_xact_lock(%s)", [SYNC_LOCK])
    row = connection.execute("select hash from ops.applied where name = 'catalog'").fetchone()
    if row and row[0] == catalog.hash:
        return False
    with connection.cursor() as cursor:
        for table in LINKS:
            cursor.execute(composed.SQL("delete from core.{}").format(composed.Identifier(table)))
        for table, rows in _lists(catalog).items():
            cursor.executemany(sql(f"catalog/{table}"), rows)
        cursor.execute(sql("catalog/applied"), {"name": "catalog", "hash": catalog.hash})
    copy_calendar(connection, catalog)
    return True


def _lists(catalog: Catalog) -> dict[str, Rows]:
    """The rows of each table, in the order in which they can be written."""
    items: Rows = [{**row, "register": catalog.register_of[row["code"]]} for row in _rows(catalog.items.values())]
    return {
        "area": [{**row, **_vintage(row["key"])} for row in _rows(catalog.areas.values())],
        "area_successor": _links(catalog.areas, "area_code", "successors", "successor_code"),
        "unit": _rows(catalog.units.values()),
        "measure": _rows(catalog.measures.values()),
        "register": _rows(catalog.registers.values()),
        "item": items,
        "item_area": _links(catalog.items, "item_code", "areas", "area_code"),
        "department": [_department(d, order) for order, d in enumerate(catalog.departments.values(), 1)],
        "department_name": [row for d in catalog.departments.values() for row in _names(d)],
        "form": _rows(catalog.forms.forms.values()),
        "industry": _rows(catalog.industries),
    }


def _rows(entries: Iterable[Entry]) -> Rows:
    return [{**dict(entry), "sort_order": order} for order, entry in enumerate(entries, 1)]


def _vintage(key: str) -> dict[str, str]:
    vintage, _, code = key.partition(":")
    return {"vintage": vintage, "code": code}


def _links(entries: Mapping[str, Entry], key: str, field: str, other: str) -> Rows:
    return [
        {key: code, other: each} for code, entry in entries.items() for each in dict.fromkeys(getattr(entry, field))
    ]


def _department(department: Department, order: int) -> Mapping[str, Any]:
    newest = department.names[-1]
    return {
        "code": department.code,
        "name_vi": newest.vi,
        "name_en": newest.en,
        "area": department.area,
        "group": department.group,
        "valid_from": department.valid_from,
        "valid_to": department.valid_to,
        "sort_order": order,
    }


def _names(department: Department) -> Rows:
    return [
        {
            "department_code": department.code,
            "name_vi": name.vi,
            "name_en": name.en,
            "valid_from": name.valid_from,
            "valid_to": name.valid_to,
        }
        for name in department.names
    ]
