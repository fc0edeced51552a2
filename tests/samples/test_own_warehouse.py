"""The own samples through the whole flow, as `make demo` does it: planned verdicts, revisions, and indicators."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from xanh.catalog import Catalog
from xanh.database.warehouse import connect
from xanh.indicators.compute import compute
from xanh.loading.ingest import run
from xanh.samples import ExpectedSubmission
from xanh.settings import Settings

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def loaded(own_samples, fresh_settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    with fresh_settings(tmp_path_factory.mktemp("own")) as settings:
        shutil.copytree(own_samples[0], settings.drop, dirs_exist_ok=True)
        run(settings)
        yield settings


def test_every_own_sample_gets_its_planned_verdict_and_revision(
    loaded: Settings, own_samples: tuple[Path, list[ExpectedSubmission]]
):
    with connect(loaded, "reader") as connection:
        rows = connection.execute(
            "select department_code || '/' || relative_path, verdict, revision from mart.submission"
        ).fetchall()
    found = {path: (verdict, revision) for path, verdict, revision in rows}
    expected = {e.path: (e.verdict, e.revision) for e in own_samples[1]}
    wrong = {path: (found.get(path), planned) for path, planned in expected.items() if found.get(path) != planned}
    assert wrong == {}
    assert set(found) == set(expected)


def test_every_core_indicator_has_a_value(loaded: Settings, catalog: Catalog):
    with connect(loaded, "loader") as connection:
        compute(connection, catalog, loaded)
    with connect(loaded, "reader") as connection:
        found = dict(
            connection.execute(
                "select i.code, count(v.value) from mart.indicator i "
                "left join mart.indicator_value v on v.indicator_code = i.code group by i.code"
            )
        )
    core = [code for code, indicator in catalog.indicators.indicators.items() if indicator.tier == "core"]
    assert len(core) == 7
    assert [code for code in core if not found.get(code)] == []
    assert sum(count > 0 for count in found.values()) >= 50, sorted(code for code, count in found.items() if not count)
