"""Descriptions of a publication for machines: Frictionless data package, DCAT catalogue entry, manifest with hashes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from xanh.publishing.columns import LISTS, VALUE, Column
from xanh.publishing.facts import Facts
from xanh.publishing.tables import primary_key

_FRICTIONLESS = {
    "text": "string",
    "integer": "integer",
    "decimal": "number",
    "date": "date",
    "moment": "datetime",
    "boolean": "boolean",
}
_MEDIA = {
    ".csv": "text/csv",
    ".parquet": "application/vnd.apache.parquet",
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".html": "text/html",
    ".svg": "image/svg+xml",
    ".yml": "application/yaml",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def write_data_package(folder: Path, facts: Facts, title: str) -> None:
    """datapackage.json over the CSV files."""
    tables = {"indicator_value": VALUE, **LISTS}
    package = {
        "name": "xanh-indicators",
        "title": title,
        "created": facts.as_of.isoformat(),
        "resources": [_resource(name, columns) for name, columns in tables.items()],
    }
    _write(folder / "datapackage.json", package)


def _resource(name: str, columns: Sequence[Column]) -> Mapping[str, Any]:
    fields = [
        {
            "name": column.name,
            "type": _FRICTIONLESS[column.kind],
            "title": column.title_vi,
            "description": column.title_en,
            **({"format": "any"} if column.kind == "moment" else {}),
        }
        for column in columns
    ]
    return {
        "name": name.replace("_", "-"),
        "type": "table",
        "path": f"csv/{name}.csv",
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "fields": fields,
            "missingValues": [""],
            "primaryKey": list(primary_key(name)),
            "foreignKeys": [
                {"fields": [c.name], "reference": {"resource": c.refers_to.replace("_", "-"), "fields": ["code"]}}
                for c in columns
                if c.refers_to
            ],
        },
    }


def write_catalogue(folder: Path, facts: Facts, title: str) -> None:
    """dcat.jsonld: one dataset with all its distributions, addresses relative to the file."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    distributions = [
        {
            "@type": "dcat:Distribution",
            "dct:title": path.relative_to(folder).as_posix(),
            "dcat:downloadURL": {"@id": path.relative_to(folder).as_posix()},
            "dcat:mediaType": _MEDIA.get(path.suffix, "application/octet-stream"),
            "dcat:byteSize": path.stat().st_size,
            "spdx:checksum": {
                "@type": "spdx:Checksum",
                "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
                "spdx:checksumValue": sha256(path),
            },
        }
        for path in files
    ]
    starts = [row["period_start"].isoformat() for row in facts["value"]]
    ends = [row["period_end"].isoformat() for row in facts["value"]]
    entry = {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "spdx": "http://spdx.org/rdf/terms#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@type": "dcat:Dataset",
        "dct:title": {"@value": title, "@language": "vi"},
        "dct:language": ["vi", "en"],
        "dct:issued": {"@value": facts.as_of.isoformat(), "@type": "xsd:dateTime"},
        "dct:accrualPeriodicity": {"@id": "http://purl.org/cld/freq/semiannual"},
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": {"@value": min(starts, default=""), "@type": "xsd:date"},
            "dcat:endDate": {"@value": max(ends, default=""), "@type": "xsd:date"},
        },
        "dcat:keyword": sorted({row["theme_vi"] for row in facts["indicator"]}),
        "dcat:distribution": distributions,
    }
    _write(folder / "dcat.jsonld", entry)


def write_manifest(folder: Path, facts: Facts, about: Mapping[str, Any]) -> Mapping[str, Any]:
    """manifest.json: every other file with size and SHA-256, and the moment whose state this is."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    manifest = {
        "as_of": facts.as_of.isoformat(),
        **about,
        "computation": {"run_id": facts.run_id, "state": facts.run_state, "reason": facts.run_reason},
        "rows": {name: len(rows) for name, rows in facts.tables.items()},
        "files": _listed(folder, files),
    }
    _write(folder / "manifest.json", manifest)
    return manifest


def _listed(folder: Path, files: Iterable[Path]) -> list[Mapping[str, Any]]:
    return [
        {"path": path.relative_to(folder).as_posix(), "size": path.stat().st_size, "sha256": sha256(path)}
        for path in files
    ]


def sha256(path: Path) -> str:
    """The SHA-256 of a file, as hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _write(path: Path, value: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
