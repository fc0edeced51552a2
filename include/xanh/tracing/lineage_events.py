"""OpenLineage events from the file to the mart: what was read, what was written, and how good it was.

A submission is a run of the job `read.<form>`: its input is the archived file (namespace of the department, name of its
content), its outputs are the observations. `compute` and `publish` are jobs of their own. Nothing here names a person or
repeats a cell: files are named by content, findings by rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from openlineage.client import event_v2 as event
from openlineage.client import facet_v2 as facet
from psycopg.rows import dict_row

from xanh.database.warehouse import sql

if TYPE_CHECKING:
    from xanh.database.warehouse import Connection

NAMESPACE = "xanh"
PRODUCER = "urn:xanh"
OBSERVATIONS = ("core.observation", "mart.observation")
INDICATORS = ("core.indicator_value", "mart.indicator_value")
_LEVELS = {"critical": "error", "warning": "warn", "info": "info"}


@dataclass(frozen=True, slots=True)
class Parent:
    """The run that started ours: a task of the scheduler, and the run of its DAG."""

    namespace: str
    job: str
    run_id: str
    root_job: str
    root_run_id: str


@dataclass(frozen=True, slots=True)
class Span:
    """What a computation or publication was and when."""

    key: str
    """Names the run: the same key is the same run."""
    started_at: datetime
    ended_at: datetime
    count: int
    """Results written."""


def of_submissions(
    connection: Connection, submission_ids: Sequence[int], parent: Parent | None
) -> Iterator[event.RunEvent]:
    """START and COMPLETE of each submission that is done."""
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(sql("trace/event_submission"), {"submission_ids": list(submission_ids)}).fetchall()
    outputs = _relations(connection, OBSERVATIONS) if rows else []
    for row in rows:
        run = event.Run(
            _run_id(f"{row['sha256']}/{row['submission_id']}/{row['reading_no']}"), _run_facets(row, parent)
        )
        job = _job(f"read.{row['form_code'] or 'unknown'}", "Reads a department's file into observations")
        given = [_file(row)]
        written = [_written(each, row["observation_count"]) for each in outputs] if row["observation_count"] else []
        yield _event(event.RunState.START, row["started_at"], run, job, given, [])
        yield _event(event.RunState.COMPLETE, row["ended_at"], run, job, given, written)


def of_computation(connection: Connection, span: Span, parent: Parent | None) -> Iterator[event.RunEvent]:
    """START and COMPLETE of a computation of indicators from observations."""
    job = _job("compute", "Computes indicators from the current observations")
    given = [_read(each) for each in _relations(connection, OBSERVATIONS)]
    written = [_written(each, span.count) for each in _relations(connection, INDICATORS)]
    yield from _pair(span, job, parent, given, written)


def of_publication(connection: Connection, span: Span, parent: Parent | None) -> Iterator[event.RunEvent]:
    """START and COMPLETE of a publication: the mart as files."""
    job = _job("publish", "Writes exchange files and the report from the mart")
    given = [_read(each) for each in _relations(connection, (OBSERVATIONS[1], INDICATORS[1]))]
    folder = event.OutputDataset(
        f"{NAMESPACE}://publish", span.key, outputFacets={"outputStatistics": _statistics(files=span.count)}
    )
    yield from _pair(span, job, parent, given, [folder])


def _pair(
    span: Span,
    job: event.Job,
    parent: Parent | None,
    given: list[event.InputDataset],
    written: list[event.OutputDataset],
) -> Iterator[event.RunEvent]:
    run = event.Run(_run_id(f"{job.name}/{span.key}"), {"parent": _parent_facet(parent)} if parent else {})
    yield _event(event.RunState.START, span.started_at, run, job, given, [])
    yield _event(event.RunState.COMPLETE, span.ended_at, run, job, given, written)


def _event(
    state: event.RunState,
    moment: datetime,
    run: event.Run,
    job: event.Job,
    given: list[event.InputDataset],
    written: list[event.OutputDataset],
) -> event.RunEvent:
    return event.RunEvent(
        eventType=state,
        eventTime=moment.isoformat(),
        run=run,
        job=job,
        inputs=given,
        outputs=written,
        producer=PRODUCER,
    )


def _run_id(name: str) -> str:
    """The same thing done again in the same installation is the same run: events may be sent twice."""
    return str(uuid5(NAMESPACE_URL, f"{PRODUCER}/{name}"))


def _job(name: str, description: str) -> event.Job:
    facets = {
        "jobType": facet.job_type_job.JobTypeJobFacet("BATCH", "XANH", "JOB"),
        "documentation": facet.documentation_job.DocumentationJobFacet(description),
    }
    return event.Job(NAMESPACE, name, facets)


def _run_facets(row: Mapping[str, Any], parent: Parent | None) -> dict[str, facet.RunFacet]:
    words = {
        "submission": row["submission_id"],
        "verdict": row["verdict"],
        "form": row["form_code"],
        "area": row["area_code"],
        "period": row["period_code"],
        "catalog": row["catalog_hash"],
    }
    fields = [
        facet.tags_run.TagsRunFacetFields(key, str(value), "XANH") for key, value in words.items() if value is not None
    ]
    engine = facet.processing_engine_run.ProcessingEngineRunFacet(str(row["code_version"] or "unknown"), "xanh")
    found: dict[str, facet.RunFacet] = {"tags": facet.tags_run.TagsRunFacet(fields), "processing_engine": engine}
    return found | ({"parent": _parent_facet(parent)} if parent else {})


def _parent_facet(parent: Parent) -> facet.parent_run.ParentRunFacet:
    return facet.parent_run.ParentRunFacet(
        run=facet.parent_run.Run(parent.run_id),
        job=facet.parent_run.Job(parent.namespace, parent.job),
        root=facet.parent_run.Root(
            run=facet.parent_run.RootRun(parent.root_run_id),
            job=facet.parent_run.RootJob(parent.namespace, parent.root_job),
        ),
    )


def _file(row: Mapping[str, Any]) -> event.InputDataset:
    """The archived file, with what was found in it: counted by severity, then by rule."""
    counts = {severity: int(row["severities"].get(severity, 0)) for severity in _LEVELS}
    assertions = [_assertion("severity", severity, severity, count) for severity, count in counts.items()]
    assertions += [
        _assertion("rule", rule, severity, count) for rule, (severity, count) in sorted(row["rules"].items())
    ]
    metrics = facet.data_quality_metrics_input_dataset.DataQualityMetricsInputDatasetFacet(
        columnMetrics={}, rowCount=row["observation_count"], bytes=row["size"], fileCount=1
    )
    return event.InputDataset(
        f"{NAMESPACE}://archive/{row['department_code']}",
        row["sha256"],
        facets={"version": facet.dataset_version_dataset.DatasetVersionDatasetFacet(row["sha256"])},
        inputFacets={
            "dataQualityMetrics": metrics,
            "dataQualityAssertions": facet.data_quality_assertions_dataset.DataQualityAssertionsDatasetFacet(
                assertions
            ),
        },
    )


def _assertion(kind: str, name: str, severity: str, count: int) -> facet.data_quality_assertions_dataset.Assertion:
    return facet.data_quality_assertions_dataset.Assertion(
        assertion=kind, success=count == 0, severity=_LEVELS[severity], name=name, expected="0", actual=str(count)
    )


def _relations(connection: Connection, names: Sequence[str]) -> list[event.Dataset]:
    """Relations of the warehouse with their columns, named as OpenLineage names PostgreSQL's."""
    info = connection.info
    columns: dict[str, list[facet.schema_dataset.SchemaDatasetFacetFields]] = {name: [] for name in names}
    for relation, name, kind, description in connection.execute(
        sql("trace/event_columns"), {"relations": list(names)}
    ).fetchall():
        columns[relation].append(facet.schema_dataset.SchemaDatasetFacetFields(name, kind, description))
    namespace = f"postgres://{info.host or 'localhost'}:{info.port}"
    return [
        event.Dataset(
            namespace, f"{info.dbname}.{name}", facets={"schema": facet.schema_dataset.SchemaDatasetFacet(fields)}
        )
        for name, fields in columns.items()
    ]


def _read(relation: event.Dataset) -> event.InputDataset:
    return event.InputDataset(relation.namespace, relation.name, facets=relation.facets)


def _written(relation: event.Dataset, rows: int) -> event.OutputDataset:
    statistics: dict[str, facet.OutputDatasetFacet] = {"outputStatistics": _statistics(rows=rows)}
    return event.OutputDataset(relation.namespace, relation.name, facets=relation.facets, outputFacets=statistics)


def _statistics(
    rows: int | None = None, files: int | None = None
) -> facet.output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet:
    return facet.output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(rowCount=rows, fileCount=files)
