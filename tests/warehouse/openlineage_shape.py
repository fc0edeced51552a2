"""What version 2-0-2 of the OpenLineage specification and its facets require, in our own words: no schema of theirs is kept here.

Only facets that we send are known; another one is a failure, so that whoever adds it looks it up.
"""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

Schema = dict[str, Any]
TEXT: Schema = {"type": "string", "minLength": 1}
COUNT: Schema = {"type": "integer", "minimum": 0}
MOMENT = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"
ADDRESS = r"^[A-Za-z][A-Za-z0-9+.-]*:\S+$"


def record(required: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    """An object with these fields; as everywhere in the specification others may stand beside them."""
    return {"type": "object", "required": list(required), "properties": required | (optional or {})}


def array(items: Schema) -> Schema:
    """A list of these."""
    return {"type": "array", "items": items}


UUID: Schema = {"type": "string", "format": "uuid"}
JOB = record({"namespace": TEXT, "name": TEXT})
PARENT = {"run": record({"runId": UUID}), "job": JOB}
FACETS: dict[str, dict[str, tuple[str, dict[str, Schema], dict[str, Schema]]]] = {
    "run": {
        "parent": ("ParentRunFacet", PARENT, {"root": record(PARENT)}),
        "processing_engine": (
            "ProcessingEngineRunFacet",
            {"version": TEXT},
            {"name": TEXT, "openlineageAdapterVersion": TEXT},
        ),
        "tags": ("TagsRunFacet", {}, {"tags": array(record({"key": TEXT, "value": TEXT}, {"source": TEXT}))}),
    },
    "job": {
        "documentation": ("DocumentationJobFacet", {"description": TEXT}, {"contentType": TEXT}),
        "jobType": ("JobTypeJobFacet", {"processingType": TEXT, "integration": TEXT}, {"jobType": TEXT}),
    },
    "dataset": {
        "schema": (
            "SchemaDatasetFacet",
            {},
            {"fields": array(record({"name": TEXT}, {"type": TEXT, "description": TEXT}))},
        ),
        "version": ("DatasetVersionDatasetFacet", {"datasetVersion": TEXT}, {}),
    },
    "input": {
        "dataQualityMetrics": (
            "DataQualityMetricsInputDatasetFacet",
            {"columnMetrics": {"type": "object"}},
            {"rowCount": COUNT, "bytes": COUNT, "fileCount": COUNT},
        ),
        "dataQualityAssertions": (
            "DataQualityAssertionsDatasetFacet",
            {
                "assertions": array(
                    record(
                        {"assertion": TEXT, "success": {"type": "boolean"}},
                        {
                            "column": TEXT,
                            "severity": {"enum": ["error", "warn", "info"]},
                            "name": TEXT,
                            "expected": TEXT,
                            "actual": TEXT,
                        },
                    )
                )
            },
            {},
        ),
    },
    "output": {
        "outputStatistics": ("OutputStatisticsOutputDatasetFacet", {}, {"rowCount": COUNT, "fileCount": COUNT}),
    },
}


def _facets(kind: str) -> Schema:
    def facet(name: str, required: dict[str, Schema], optional: dict[str, Schema]) -> Schema:
        url = rf"^https://openlineage\.io/spec/facets/\d+-\d+-\d+/{name}\.json#/\$defs/{name}$"
        base = {"_producer": {"type": "string", "pattern": ADDRESS}, "_schemaURL": {"type": "string", "pattern": url}}
        return record(base | required, optional)

    known = {key: facet(*parts) for key, parts in FACETS[kind].items()}
    return record({}, known) | {"additionalProperties": False}


def _dataset(kind: str) -> Schema:
    return record({"namespace": TEXT, "name": TEXT}, {"facets": _facets("dataset"), f"{kind}Facets": _facets(kind)})


EVENT = Draft202012Validator(
    record(
        {
            "eventTime": {"type": "string", "pattern": MOMENT},
            "producer": {"type": "string", "pattern": ADDRESS},
            "schemaURL": {"const": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"},
            "run": record({"runId": UUID}, {"facets": _facets("run")}),
            "job": record({"namespace": TEXT, "name": TEXT}, {"facets": _facets("job")}),
        },
        {
            "eventType": {"enum": ["START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"]},
            "inputs": array(_dataset("input")),
            "outputs": array(_dataset("output")),
        },
    ),
    format_checker=FormatChecker(),
)
"""Judges an event: `EVENT.iter_errors(event)`."""
