"""What docker-compose.yaml says, started as processes: every service's command and environment, Celery, object storage, a killed worker.

Servers from wheels stand in for the images of database and broker, and moto's for an S3-compatible store.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

import fsspec
import psycopg
import pytest
from services import Machine

from xanh.samples import ExpectedSubmission, write_samples

pytestmark = [pytest.mark.slow, pytest.mark.stack]
FILES = 10
FILES_A_KILL = 4


def _store(machine: Machine) -> Any:
    moto = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(machine.store_port)]
    machine.spawn("store", moto, {"PATH": os.environ["PATH"]})
    files = fsspec.filesystem(
        "s3", key="test", secret="test", endpoint_url=f"http://127.0.0.1:{machine.store_port}", skip_instance_cache=True
    )

    def made() -> bool:
        try:
            for bucket in ("xanh-drop", "xanh-archive"):
                if not files.exists(bucket):
                    files.mkdir(bucket)
        except OSError:
            return False
        return True

    machine.wait_for(made, "the object store")
    return files


def _drop(files: Any, folder: Path, samples: list[ExpectedSubmission]) -> None:
    for sample in samples:
        files.put_file(str(folder / sample.path), f"xanh-drop/{sample.path}")


def test_ten_files_go_through_celery_and_object_storage_while_a_worker_is_killed(
    machine: Machine, tmp_path: Path
) -> None:
    samples = write_samples(tmp_path / "made")[:FILES]
    files = _store(machine)
    machine.start_airflow()
    for name in ("worker-1", "worker-2"):
        machine.start("worker", name, "--celery-hostname", name)
    _drop(files, tmp_path / "made", samples)

    machine.wait_for(lambda: machine.rows("select 1 from mart.submission limit 1"), "the first submission")
    machine.kill("worker-1")
    machine.start("worker", "worker-3", "--celery-hostname", "worker-3")

    done = "select count(*) from mart.submission where verdict is not null"
    machine.wait_for(lambda: machine.rows(done) == [(FILES,)], "every verdict")
    found = machine.rows(
        "select department_code || '/' || file_name, verdict, revision from mart.submission order by 1"
    )
    assert found == sorted((s.path, s.verdict, s.revision) for s in samples)
    machine.wait_for(
        lambda: len([path for path in files.find("xanh-drop") if path.endswith(".phan-hoi.html")]) == FILES,
        "every feedback",
    )
    machine.wait_for(
        lambda: not [path for path in files.find("xanh-drop") if "/_" not in path], "the removal of what was taken"
    )
    assert len([path for path in files.find("xanh-archive") if "/ledger/" not in path]) >= FILES - 1
    machine.wait_for(lambda: machine.rows("select 1 from mart.indicator_value limit 1"), "the indicators")


@pytest.mark.timeout(3600)
def test_each_service_is_killed_under_load_and_started_again_and_every_file_is_entered_once(
    machine: Machine, own_samples: tuple[Path, list[ExpectedSubmission]]
) -> None:
    """Two workers on object storage; what ends is started again, as the file tells the engine to."""
    made, samples = own_samples
    plain = [sample for sample in samples if sample.verdict.startswith("accepted") and sample.revision == 1]
    victims = ("worker-1", "scheduler", "broker", "api-server", "dag-processor", "triggerer", "postgres")
    files = _store(machine)
    machine.start_airflow()
    for name in ("worker-1", "worker-2"):
        machine.start("worker", name, "--celery-hostname", name)
    dropped: list[ExpectedSubmission] = []
    for number, victim in enumerate(victims):
        wave = plain[number :: len(victims)][:FILES_A_KILL]
        dropped += wave
        _drop(files, made, wave)
        machine.wait_for(lambda: _count(machine, "") > len(dropped) - FILES_A_KILL, f"a file before {victim} ends")  # noqa: B023
        machine.kill_server() if victim == "postgres" else os.killpg(machine.processes[victim].pid, signal.SIGKILL)
        machine.wait_for(
            lambda: _count(machine, "where verdict is not null") == len(dropped),  # noqa: B023
            f"every verdict after the end of {victim}",
            is_revived=True,
        )
    found = machine.rows("select department_code || '/' || file_name, verdict from mart.submission order by 1")
    assert found == sorted((sample.path, sample.verdict) for sample in dropped)
    machine.wait_for(
        lambda: sum(path.endswith(".phan-hoi.html") for path in files.find("xanh-drop")) == len(dropped),
        "every feedback",
        is_revived=True,
    )


def _count(machine: Machine, condition: str) -> int:
    try:
        return int(machine.rows(f"select count(*) from mart.submission {condition}")[0][0])
    except psycopg.OperationalError:
        return -1
