"""Provenance: from a published number down to the cell, from the cell up to the number."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest
from ledger_kit import deliver

from xanh.catalog import Catalog
from xanh.database import warehouse
from xanh.indicators.compute import compute
from xanh.loading.process import process
from xanh.settings import Settings
from xanh.tracing import page as trace_page
from xanh.tracing.trace import NotTraceable, Question, plain, split_address, trace_cell, trace_indicator

HEAD = "thang,ma_nha_may,ten,loai_nguon,xa,cong_suat_MW,san_luong_kWh,kWp,so_ho\n"
ROW = "2025-06,NM01,Thủy điện Nậm Khuổi 1,thuy_dien,Huyện Bảo Lâm,24,9000200,,\n"


@pytest.fixture
def published(settings: Settings, conn: psycopg.Connection, catalog: Catalog) -> Settings:
    """A warehouse with one file of the power company and its indicators."""
    submission = deliver(settings, conn, (HEAD + ROW).encode(), name="dien T6.2025.csv", department="dien-luc")
    process(settings, [submission])
    compute(conn, catalog, settings)
    conn.commit()
    return settings


def test_a_published_number_leads_to_file_cell_text_and_versions(published: Settings, catalog: Catalog) -> None:
    with warehouse.connect(published) as connection:
        values = trace_indicator(connection, catalog, published, Question("re_capacity_mw", "ALL:04", "2025-06"))
    (used,) = values[0]["observations"]
    assert (used["source_file"], used["source_cell"], used["source_value"]) == ("dien T6.2025.csv", "F2", "24")
    assert (used["value"], used["factor"], used["layout"] is not None) == (24, 1, True)
    assert used["catalog_hash"] == catalog.hash
    assert Path(used["archive"]).read_bytes() == (HEAD + ROW).encode()
    assert used["mapping"] != []
    text = trace_page.indicator_text(values)
    assert "'dien T6.2025.csv'" not in text
    assert "dien-luc/dien T6.2025.csv ''!F2" in text
    assert json.loads(json.dumps(plain(values)))[0]["value"] == "24"


def test_a_cell_leads_to_the_numbers_that_it_feeds(published: Settings) -> None:
    with warehouse.connect(published) as connection:
        (row,) = trace_cell(connection, "dien T6.2025.csv", "F2")
    assert row["measure_code"] == "re_capacity_mw"
    assert ("re_capacity_mw", "ALL:04", "2025-06") in {
        (number["indicator_code"], number["area_code"], number["period"]) for number in row["feeds"]
    }
    assert "re_capacity_mw ALL:04 2025-06" in trace_page.cell_text([row])


def test_what_is_not_there_is_said(published: Settings, catalog: Catalog) -> None:
    with warehouse.connect(published) as connection:
        with pytest.raises(NotTraceable):
            trace_cell(connection, "dien T6.2025.csv", "Z99")
        with pytest.raises(NotTraceable):
            trace_indicator(connection, catalog, published, Question("re_capacity_mw", "ALL:04", "1999-01"))


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("F17", (None, "F17")),
        ("$f$17", (None, "F17")),
        ("'Biểu 01'!F17", ("Biểu 01", "F17")),
        ("'It''s'!A1", ("It's", "A1")),
        ("Bieu!AA10", ("Bieu", "AA10")),
    ],
)
def test_an_address_is_taken_apart(address: str, parts: tuple[str | None, str]) -> None:
    assert split_address(address) == parts


def test_the_page_shows_text_from_files_as_text() -> None:
    assert "<script>" not in trace_page.page("a", "<script>")
