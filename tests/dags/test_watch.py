"""The tasks of watch and ingest tell their figures to a real StatsD listener, and an alert turns a run red once."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from xanh.database.warehouse import Connection
from xanh.settings import ROOT, Settings

START = """
from airflow.sdk.observability import stats
from airflow.sdk.observability.metrics import stats_utils
stats.initialize(factory=stats_utils.get_stats_factory(), export_legacy_names=False)  # as Airflow does before a task
"""
LOOK = f"{START}\nimport watch\nprint('told', watch.dag.get_task('look').python_callable())"
COUNT = f"""{START}
from xanh.settings import Settings
from xanh_airflow import metrics
metrics.count_processed(Settings.from_environment(), [1, 2])
"""


@pytest.fixture
def statsd() -> Iterator[socket.socket]:
    """A StatsD server: a UDP socket on the loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(0.5)
        yield listener


def run(settings: Settings, folder: Path, code: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{ROOT / 'include'}{os.pathsep}{ROOT / 'dags'}",
        "AIRFLOW_HOME": str(folder / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{folder}/airflow.db",
        "XANH_OUTBOX": str(folder / "outbox"),
        "XANH_BACKUP": str(folder / "backup"),
        **settings.environment,
        **more,
    }
    return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)


def address(statsd: socket.socket) -> dict[str, str]:
    on, port = {"AIRFLOW__METRICS__STATSD_ON": "True"}, str(statsd.getsockname()[1])
    return {**on, "AIRFLOW__METRICS__STATSD_HOST": "127.0.0.1", "AIRFLOW__METRICS__STATSD_PORT": port}


def heard(statsd: socket.socket) -> dict[str, str]:
    """Name and value of everything that came."""
    found = {}
    while True:
        try:
            name, _, value = statsd.recv(65536).decode().partition(":")
        except TimeoutError:
            return found
        found[name.removeprefix("airflow.")] = value


def enter(conn: Connection, number: int, verdict: str) -> None:
    conn.execute(
        """insert into intake.submission (department_code, file_name, sha256, size, received_at, finished_at, state, verdict,
               reading_no, feedback_state)
           values ('dien-luc', 'a.csv', %s, 1, now() - interval '7 seconds', now(), 'done', %s, 1, 'written')""",
        [f"{number:064x}", verdict],
    )
    conn.execute(
        """insert into intake.issue (submission_id, reading_no, ordinal, severity, rule, family, responsibility, message_vi, message_en)
           select max(submission_id), 1, 1, 'warning', 'G12', 'x', 'department', '-', '-' from intake.submission""",
    )
    conn.commit()


def test_figures_reach_statsd_from_the_tasks(
    settings: Settings, conn: Connection, tmp_path: Path, statsd: socket.socket
) -> None:
    enter(conn, 1, "accepted_with_warnings")
    enter(conn, 2, "rejected")
    assert run(settings, tmp_path, LOOK, **address(statsd)).returncode == 0
    gauges = heard(statsd)
    assert gauges["xanh.submissions.accepted_with_warnings"] == "1.0|g"
    assert gauges["xanh.issues.G12"] == "2.0|g"
    assert {"xanh.oldest_unprocessed_seconds", "xanh.compute_lag_seconds", "xanh.seconds_to_feedback_p95"} <= set(
        gauges
    )
    assert run(settings, tmp_path, COUNT, **address(statsd)).returncode == 0
    counts = heard(statsd)
    assert counts["xanh.processed.rejected"] == "1|c"
    assert counts["xanh.found.G12"] == "2|c"
    assert counts["xanh.drop_to_feedback"].startswith("7000")
    assert counts["xanh.drop_to_feedback"].endswith("|ms")


def test_figures_reach_an_opentelemetry_collector_before_the_task_ends(
    settings: Settings, conn: Connection, tmp_path: Path
) -> None:
    got: list[tuple[str, bytes]] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append((self.path, self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    enter(conn, 1, "rejected")
    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            endpoint = f"http://127.0.0.1:{server.server_port}"
            protocol = {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"}
            done = run(settings, tmp_path, COUNT, AIRFLOW__METRICS__OTEL_ON="True", **protocol)
        finally:
            server.shutdown()
            thread.join()
    assert done.returncode == 0, done.stderr
    assert {path for path, _ in got} == {"/v1/metrics"}
    sent = b"".join(body for _, body in got)
    names = (b"xanh.processed.rejected", b"xanh.found.g12", b"xanh.drop_to_feedback")  # OpenTelemetry knows no capitals
    assert [name for name in names if name not in sent] == []


def test_a_stuck_submission_turns_one_run_red_and_the_next_is_green(
    settings: Settings, conn: Connection, tmp_path: Path
) -> None:
    conn.execute(
        "insert into intake.submission (department_code, file_name, sha256, size, received_at)"
        " values ('dien-luc', 'a.csv', repeat('a', 64), 1, now() - interval '1 hour')"
    )
    conn.commit()
    first = run(settings, tmp_path, LOOK)
    assert first.returncode != 0
    assert "needs an engineer: stuck_submission" in first.stderr
    assert "xanh" not in str(list(settings.drop.rglob("*.html")))
    messages = [path.read_bytes() for path in (tmp_path / "outbox").glob("alert-*.eml")]
    assert len([each for each in messages if b"critical: stuck_submission" in each]) == 1
    second = run(settings, tmp_path, LOOK)
    assert second.returncode == 0, second.stderr
    assert second.stdout.splitlines()[-1] == "told []"
