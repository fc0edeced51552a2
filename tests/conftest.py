"""What tests share: one real PostgreSQL a run, a migrated database of its own for each test that asks, and the test data."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from xanh.catalog import Catalog, load_catalog
from xanh.database import postgres, warehouse
from xanh.samples import ExpectedSubmission, write_samples
from xanh.settings import ROOT, Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_numbers = count(1)
TEMPLATE = "xanh_template"
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What starts Airflow comes first: where several workers share the tests, the longest do not come last."""
    items.sort(key=lambda item: item.get_closest_marker("stack") is None)


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """The catalogue of the project."""
    return load_catalog(ROOT / "include" / "catalog")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real workbooks and exact truths; a test that needs it is skipped where it is absent."""
    folder = Path(os.environ.get("XANH_SHARED") or ROOT.parent / "shared")
    if not (folder / "samples").is_dir():
        pytest.skip(f"the shared test data are not there ({folder}); XANH_SHARED names their folder")
    return folder.resolve()


@pytest.fixture(scope="session")
def pg_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The home of one PostgreSQL for the whole run; stopped at its end."""
    home = tmp_path_factory.mktemp("server")
    settings = _settings(home, TEMPLATE)
    try:
        postgres.ensure_running(settings)
        with _admin(settings) as connection:
            connection.execute(f"create database {TEMPLATE} owner xanh_owner")
            connection.execute(f"revoke all on database {TEMPLATE} from public")
        warehouse.migrate(settings)
        yield home
    finally:
        postgres.stop(settings)


@pytest.fixture(scope="session")
def fresh_settings(pg_home: Path) -> Callable[..., AbstractContextManager[Settings]]:
    """Makes settings with a freshly migrated warehouse, and empty drop, archive and publish folders below a folder.

    With `like`, everything is a copy of what those settings have; nobody may be connected there.
    """

    @contextmanager
    def make(folder: Path, like: Settings | None = None) -> Iterator[Settings]:
        with _database(pg_home, like.environment["XANH_WAREHOUSE_DATABASE"] if like else TEMPLATE) as base:
            name = base.environment["XANH_WAREHOUSE_DATABASE"]
            with _admin(base) as connection:
                connection.execute(f"grant connect, temporary on database {name} to xanh_loader")
                connection.execute(f"grant connect on database {name} to xanh_reader")
            places = {kind: folder / kind for kind in ("drop", "archive", "publish")}
            for kind, place in places.items():
                shutil.copytree(getattr(like, kind), place) if like else place.mkdir()
            stated = {f"XANH_{kind.upper()}": str(place) for kind, place in places.items()}
            yield replace(base, **places, environment={**base.environment, **stated})

    return make


@pytest.fixture
def unmigrated(pg_home: Path) -> Iterator[Settings]:
    """Settings with a database in which nothing is."""
    with _database(pg_home, "template1") as settings:
        yield settings


@pytest.fixture
def settings(fresh_settings: Callable[[Path], AbstractContextManager[Settings]], tmp_path: Path) -> Iterator[Settings]:
    """Settings with a freshly migrated warehouse and empty drop, archive and publish folders of the test's own."""
    with fresh_settings(tmp_path) as settings:
        yield settings


@pytest.fixture
def conn(settings: Settings) -> Iterator[psycopg.Connection]:
    """A connection of the loader to the test's own warehouse."""
    with warehouse.connect(settings, "loader") as connection:
        yield connection


@contextmanager
def _database(home: Path, template: str) -> Iterator[Settings]:
    """Settings with a database of their own, made from the template and dropped at the end."""
    name = f"xanh_test_{os.getpid()}_{next(_numbers)}"
    settings = _settings(home, name)
    with _admin(settings) as connection:
        connection.execute(f"create database {name} template {template} owner xanh_owner")
        connection.execute(f"revoke all on database {name} from public")
    yield settings
    with _admin(settings) as connection:
        connection.execute(f"drop database if exists {name} with (force)")


def _settings(home: Path, database: str) -> Settings:
    return Settings.from_environment(
        {"XANH_HOME": str(home), "XANH_WAREHOUSE_DATABASE": database, "XANH_PG_UNSAFE_FAST": "1"}
    )


def _admin(settings: Settings) -> psycopg.Connection:
    return psycopg.connect(postgres.ensure_running(settings).url("admin"), autocommit=True)


@pytest.fixture(scope="session")
def own_samples(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[ExpectedSubmission]]:
    """The project's own samples, written once a run into a folder that no test changes, and what to expect of them."""
    drop = tmp_path_factory.mktemp("own_samples")
    return drop, write_samples(drop)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real browser; where CI is set it must be there, elsewhere the test is skipped without one."""
    chromium = shutil.which("chromium")
    if chromium is None:
        if os.environ.get("CI"):
            pytest.fail("chromium is not installed; .ci/run installs it")
        pytest.skip("chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM)
        yield started
        started.close()
