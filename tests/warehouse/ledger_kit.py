"""Small inputs for tests of the warehouse: files in archive and ledger, readings made by hand, and the load of one."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg

from xanh.arrival.archive import Archive
from xanh.catalog import Catalog
from xanh.loading import claims
from xanh.loading.load import Loaded, Result, Stamp, load
from xanh.loading.session import prepare
from xanh.model import Flow, Issue, Observation, ObsStatus, Period, Reading
from xanh.reading.examine import verdict_of
from xanh.settings import Settings

Connection = psycopg.Connection[Any]
MAY = Period("2025-05", date(2025, 5, 1), date(2025, 5, 31), "M")
JUNE = Period("2025-06", date(2025, 6, 1), date(2025, 6, 30), "M")
STAMP = Stamp("1.0.0+test", "catalogue", "suites")
GANG, PHOI = "prod_pig_iron_t", "prod_steel_billet_t"


def observed(
    measure: str,
    value: str | None,
    period: Period = JUNE,
    *,
    status: ObsStatus = "A",
    flow: Flow = "period",
    cell: str = "F17",
    area: str | None = "ALL:04",
    form: str = "F01",
) -> Observation:
    """One value as a form would give it."""
    return Observation(
        form=form,
        measure=measure,
        item_code=None,
        item_name=measure.upper(),
        area=area,
        period=period,
        flow=flow,
        obs_status="M" if value is None else status,
        value=None if value is None else Decimal(value),
        unit="tấn",
        source_sheet="Bieu 01",
        source_cell=cell,
        source_label="Gang",
        source_value=value,
        source_unit="tấn",
    )


def read(*observations: Observation, period: Period = JUNE, amendment: int | None = None, form: str = "F01") -> Reading:
    """A reading without findings."""
    return Reading(
        forms=(form,),
        layout="2021",
        department="so-cong-thuong",
        area=None,
        period=period,
        sheets=(),
        observations=observations,
        issues=(),
        amendment=amendment,
    )


def deliver(
    settings: Settings,
    connection: Connection,
    content: bytes,
    *,
    name: str = "bieu.xlsx",
    department: str = "so-cong-thuong",
    verdict: str | None = None,
) -> int:
    """Puts a file into archive and ledger, as receive does, and returns its submission."""
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        archive = Archive(settings.archive)
        written = archive.write(file.fileno())
        assert written is not None
        copy = archive.adopt(written)
        assert copy is not None
        assert archive.keep([copy]) == {}
    row = connection.execute(
        "insert into intake.submission (department_code, file_name, relative_path, sha256, size, verdict) "
        "values (%s, %s, %s, %s, %s, %s) returning submission_id",
        [department, name, name, hashlib.sha256(content).hexdigest(), len(content), verdict],
    ).fetchone()
    connection.commit()
    assert row is not None
    return int(row[0])


class Desk:
    """Loads readings one after the other, each as a new submission of one department."""

    def __init__(self, settings: Settings, connection: Connection, catalog: Catalog) -> None:
        self.settings, self.connection, self.catalog = settings, connection, catalog
        prepare(connection)
        connection.commit()
        self._count = 0

    def load(self, reading: Reading, *issues: Issue, submission_id: int | None = None) -> tuple[int, Loaded]:
        """The submission and what its load did."""
        if submission_id is None:
            self._count += 1
            submission_id = deliver(self.settings, self.connection, f"file {self._count}".encode())
        with claims.claim(self.connection, [submission_id]) as (claimed,):
            result = Result(verdict_of(reading, issues), reading, issues)
            loaded = load(self.connection, claimed.held(), result, self.catalog, STAMP)
            self.connection.commit()
        return submission_id, loaded

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """The result of a query, outside of any transaction."""
        rows = self.connection.execute(query, parameters).fetchall()  # type: ignore[arg-type]
        self.connection.commit()
        return rows

    def current(self) -> Mapping[str, Decimal | None]:
        """The values of mart.observation by measure."""
        return dict(self.rows("select measure_code, value from mart.observation"))


def with_semantics(catalog: Catalog, form: str, semantics: str) -> Catalog:
    """The catalogue with a form whose later files add or correct instead of replacing."""
    from xanh.catalog.form_catalog import FormCatalog

    forms = dict(catalog.forms.forms)
    forms[form] = forms[form].model_copy(update={"semantics": semantics})
    return replace(catalog, forms=FormCatalog(forms, catalog.forms.words))
