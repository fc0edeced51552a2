"""Drop folders and archive behind an fsspec URL: the same as local ones, and nothing is pulled twice."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import fsspec
import psycopg
import pytest

from xanh.arrival import remote
from xanh.arrival.receive import receive
from xanh.catalog import Catalog
from xanh.limits import Limits
from xanh.loading import beside, ingest, lanes
from xanh.samples import ExpectedSubmission
from xanh.settings import Settings

DEPARTMENT = "so-cong-thuong"


@pytest.fixture
def bucket() -> Any:
    """An empty file system in memory."""
    files = fsspec.filesystem("memory")
    files.store.clear()
    files.pseudo_dirs[:] = [""]
    return files


@pytest.fixture
def away(settings: Settings) -> Settings:
    """Settings whose drop folders and archive are in memory."""
    quick = Limits(quiet_seconds=1e-6, quiet_text_seconds=1e-6, poll_seconds=1e-3)
    return replace(settings, limits=quick, drop_url="memory://drop", archive_url="memory://archive")


def names(conn: psycopg.Connection[Any]) -> list[tuple[str, str | None]]:
    """Name and verdict of every submission."""
    return conn.execute("select file_name, verdict from intake.submission order by received_seq").fetchall()


def test_a_remote_file_is_taken_archived_there_and_answered_there(
    bucket: Any, away: Settings, catalog: Catalog, conn: psycopg.Connection[Any]
) -> None:
    bucket.pipe({f"/drop/{DEPARTMENT}/2025/Biểu 05.csv": b"a;b\n1;2\n", f"/drop/{DEPARTMENT}/~$x.xlsx": b"lock"})
    bucket.pipe({"/drop/nobody/a.csv": b"1", f"/drop/{DEPARTMENT}/_phan-hoi/old.html": b"x"})
    assert len(receive(away, catalog, conn)) == 1
    assert names(conn) == [("Biểu 05.csv", None)]
    (sha256,) = conn.execute("select sha256 from intake.submission").fetchone()
    assert bucket.cat(f"/archive/{sha256[:2]}/{sha256}") == b"a;b\n1;2\n"
    left = [path for path in bucket.find("/drop") if DEPARTMENT in path and "_da-nhan" not in path]
    assert left == [f"/drop/{DEPARTMENT}/_phan-hoi/old.html", f"/drop/{DEPARTMENT}/~$x.xlsx"]
    assert [path for path in bucket.find("/drop") if "_da-nhan/da-nhan-" in path]


def test_the_same_name_with_other_content_is_another_submission(
    bucket: Any, away: Settings, catalog: Catalog, conn: psycopg.Connection[Any]
) -> None:
    for content in (b"1", b"2", b"1"):
        bucket.pipe(f"/drop/{DEPARTMENT}/a.csv", content)
        receive(away, catalog, conn)
    assert names(conn) == [("a.csv", None), ("a.csv", None), ("a.csv", "duplicate")]


def test_a_kill_between_taking_here_and_removing_there_takes_nothing_twice(
    bucket: Any, away: Settings, catalog: Catalog, conn: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    bucket.pipe(f"/drop/{DEPARTMENT}/a.csv", b"1")
    with monkeypatch.context() as patch:
        patch.setattr(remote, "settle", die)
        with pytest.raises(Killed):
            receive(away, catalog, conn)
    assert bucket.exists(f"/drop/{DEPARTMENT}/a.csv")
    assert receive(away, catalog, conn) == []
    assert names(conn) == [("a.csv", None)]
    assert not bucket.exists(f"/drop/{DEPARTMENT}/a.csv")


def test_a_url_is_mirrored_below_home_and_a_file_url_is_a_folder(tmp_path: Path) -> None:
    settings = Settings.from_environment(
        {"XANH_HOME": str(tmp_path), "XANH_DROP": "s3://bucket/drop", "XANH_ARCHIVE": f"file://{tmp_path}/kho"}
    )
    assert (settings.drop, settings.drop_url) == (tmp_path / "drop", "s3://bucket/drop")
    assert (settings.archive, settings.archive_url) == (tmp_path / "kho", None)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An S3-compatible server on this machine with two buckets."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    files = fsspec.filesystem("s3", skip_instance_cache=True)
    for bucket in ("away-drop", "away-archive"):
        files.mkdir(bucket)
    yield files
    files.clear_instance_cache()  # the next server has another port
    # servers of one process share what they hold
    urlopen(Request(f"http://{host}:{port}/moto-api/reset", method="POST")).close()
    server.stop()


def test_a_file_in_object_storage_is_taken_once_however_the_store_describes_it(
    store: Any, away: Settings, catalog: Catalog, conn: psycopg.Connection[Any]
) -> None:
    settings = replace(away, drop_url="s3://away-drop", archive_url="s3://away-archive")
    store.pipe(f"away-drop/{DEPARTMENT}/Biểu 05.csv", b"a;b\n1;2\n")
    for _ in range(3):
        receive(settings, catalog, conn)
        fsspec.filesystem("s3").clear_instance_cache()
    assert names(conn) == [("Biểu 05.csv", None)]
    store.invalidate_cache()
    assert [path for path in store.find("away-drop") if "/_" not in path] == []
    (sha256,) = conn.execute("select sha256 from intake.submission").fetchone()
    assert store.cat(f"away-archive/{sha256[:2]}/{sha256}") == b"a;b\n1;2\n"


def test_two_processes_of_one_ingest_answer_into_object_storage(
    store: Any,
    away: Settings,
    conn: psycopg.Connection[Any],
    own_samples: tuple[Path, list[ExpectedSubmission]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A file system that talks to a server in a thread of its own does not survive a fork; each process makes its own."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    monkeypatch.setattr(lanes, "FILES_A_LANE", 1)
    started: list[int] = []
    monkeypatch.setattr(beside, "reach", lambda point: started.append(1) if point == "beside.begun" else None)
    settings = replace(away, drop_url="s3://away-drop", archive_url="s3://away-archive")
    made, samples = own_samples
    sent = {each.department: each for each in samples if each.verdict == "accepted" and each.revision == 1}
    for sample in list(sent.values())[:4]:
        store.pipe(f"away-drop/{sample.path}", (made / sample.path).read_bytes())
    outcomes = ingest.run(settings)
    assert (started, [each.verdict for each in outcomes]) == ([1], ["accepted"] * 4)
    store.invalidate_cache()
    answered = {path.split("/_phan-hoi/")[0] for path in store.find("away-drop") if path.endswith(".phan-hoi.html")}
    assert answered == {f"away-drop/{each.department}" for each in outcomes}
