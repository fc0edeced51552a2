"""Lineage events of a real run: files in, observations and indicators out, in the shape of the OpenLineage specification."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from openlineage_shape import EVENT

from xanh.database.warehouse import Connection
from xanh.loading import ingest
from xanh.samples import ExpectedSubmission
from xanh.settings import Settings
from xanh.tracing import emit
from xanh.tracing.lineage_events import Parent, Span, of_computation, of_publication, of_submissions

PARENT = Parent("xanh", "ingest.process", str(uuid4()), "ingest", str(uuid4()))


@pytest.fixture
def submission_ids(settings: Settings, own_samples: tuple[Path, list[ExpectedSubmission]]) -> list[int]:
    """A file that was accepted and one that was refused, through the whole flow."""
    folder, samples = own_samples
    for verdict in ("accepted", "rejected"):
        sample = next(each for each in samples if each.verdict == verdict)
        target = settings.drop / sample.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((folder / sample.path).read_bytes())
    return [outcome.submission_id for outcome in ingest.run(settings)]


def told(settings: Settings, path: Path, events: Iterator[Any]) -> list[dict[str, Any]]:
    """The events as they stand in the file of a listener."""
    settings = replace(settings, environment={**settings.environment, "XANH_OPENLINEAGE": str(path)})
    count = emit.emit(settings, events)
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(lines) == count
    return lines


def assert_shape(one: dict[str, Any]) -> None:
    """What the specification requires of an event and of each of its facets."""
    assert [f"{error.json_path}: {error.message}" for error in EVENT.iter_errors(one)] == []


def test_a_submission_is_a_run_from_its_file_to_the_observations(
    settings: Settings, conn: Connection, submission_ids: list[int], tmp_path: Path
) -> None:
    events = told(settings, tmp_path / "events.jsonl", of_submissions(conn, submission_ids, PARENT))
    for one in events:
        assert_shape(one)
        damaged = one | {"inputs": [one["inputs"][0] | {"inputFacets": {"dataQualityAssertions": {"assertions": []}}}]}
        assert len(list(EVENT.iter_errors(damaged))) == 2  # neither producer nor schema of the facet
    assert [one["eventType"] for one in events] == ["START", "COMPLETE"] * 2
    by_verdict = {tags(one)["verdict"]: one for one in events if one["eventType"] == "COMPLETE"}
    accepted, rejected = by_verdict["accepted"], by_verdict["rejected"]
    row = conn.execute(
        "select department_code, sha256, observation_count from mart.submission where verdict = 'accepted'"
    ).fetchone()
    assert row is not None
    (file,) = accepted["inputs"]
    assert (file["namespace"], file["name"]) == (f"xanh://archive/{row[0]}", row[1])
    names = [dataset["name"].partition(".")[2] for dataset in accepted["outputs"]]
    assert names == ["core.observation", "mart.observation"]
    assert accepted["outputs"][0]["outputFacets"]["outputStatistics"]["rowCount"] == row[2] > 0
    fields = {field["name"]: field["type"] for field in accepted["outputs"][1]["facets"]["schema"]["fields"]}
    assert fields["value"] == "numeric"
    assert accepted["run"]["facets"]["parent"]["run"]["runId"] == PARENT.run_id
    assert accepted["run"]["facets"]["parent"]["root"]["job"]["name"] == "ingest"
    assert rejected["outputs"] == []


def tags(one: dict[str, Any]) -> dict[str, str]:
    return {each["key"]: each["value"] for each in one["run"]["facets"]["tags"]["tags"]}


def test_findings_are_counted_by_severity_and_by_rule(
    settings: Settings, conn: Connection, submission_ids: list[int], tmp_path: Path
) -> None:
    events = told(settings, tmp_path / "events.jsonl", of_submissions(conn, submission_ids, None))
    for one in events:
        where = "select count(*) from mart.issue where submission_id = %s and severity = %s"
        found = one["inputs"][0]["inputFacets"]["dataQualityAssertions"]["assertions"]
        by_severity = {each["name"]: int(each["actual"]) for each in found if each["assertion"] == "severity"}
        for severity in ("critical", "warning", "info"):
            assert conn.execute(where, [tags(one)["submission"], severity]).fetchone() == (by_severity[severity],)
        rules = [int(each["actual"]) for each in found if each["assertion"] == "rule"]
        assert sum(rules) == sum(by_severity.values())
        assert all(each["success"] is (each["actual"] == "0") for each in found)


def test_events_name_no_file_and_repeat_no_cell(
    settings: Settings, conn: Connection, submission_ids: list[int], tmp_path: Path
) -> None:
    told(settings, tmp_path / "events.jsonl", of_submissions(conn, submission_ids, None))
    text = (tmp_path / "events.jsonl").read_text(encoding="utf-8")
    for (name,) in conn.execute("select file_name from mart.submission").fetchall():
        assert name not in text


def test_computation_and_publication_are_runs_of_their_own(
    settings: Settings, conn: Connection, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    span = Span("20260721T060000Z", now, now, 7)
    for number, make in enumerate((of_computation, of_publication)):
        events = told(settings, tmp_path / f"{number}.jsonl", make(conn, span, PARENT))
        for one in events:
            assert_shape(one)
        assert len({one["run"]["runId"] for one in events}) == 1
        assert events[1]["inputs"]
        assert events[1]["outputs"]


def test_a_service_gets_them_and_one_that_is_gone_harms_nothing(settings: Settings, conn: Connection) -> None:
    got: list[tuple[str, str | None, dict[str, Any]]] = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            got.append((self.path, self.headers.get("authorization"), json.loads(body)))
            self.send_response(201)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    now = datetime.now(UTC)
    with ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        address = {"XANH_OPENLINEAGE": f"http://127.0.0.1:{server.server_port}", "XANH_OPENLINEAGE_KEY": "k"}
        listening = replace(settings, environment={**settings.environment, **address})
        try:
            assert emit.emit(listening, of_computation(conn, Span("a", now, now, 1), None)) == 2
        finally:
            server.shutdown()
            thread.join()
    assert [path for path, _, _ in got] == ["/api/v1/lineage"] * 2
    assert got[0][1] == "Bearer k"
    assert emit.emit(listening, of_computation(conn, Span("b", now, now, 1), None)) == 0


def test_it_can_be_switched_off(settings: Settings) -> None:
    assert emit.is_on(settings)
    assert not emit.is_on(replace(settings, environment={"XANH_OPENLINEAGE": "off"}))
