"""A desk that loads readings into the test's own warehouse."""

from __future__ import annotations

import psycopg
import pytest
from ledger_kit import Desk

from xanh.catalog import Catalog
from xanh.settings import Settings


@pytest.fixture
def desk(settings: Settings, conn: psycopg.Connection, catalog: Catalog) -> Desk:
    """Loads readings made by hand."""
    return Desk(settings, conn, catalog)
