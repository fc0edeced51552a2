"""Reads catalogue files and rejects whatever a model does not expect, naming file, line and what was expected."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

M = TypeVar("M", bound=BaseModel)


class CatalogError(ValueError):
    """A catalogue file is wrong. `problems` has one sentence each, starting with `file:line:`."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class Entry(BaseModel):
    """Base of every catalogue model: frozen, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class _UniqueKeyLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML where a key written twice is an error instead of a silent overwrite."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[object] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key is a single word", key.start_mark)
            if key.value in seen and key.tag != "tag:yaml.org,2002:merge":
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key.value!r} is written twice", key.start_mark
                )
            seen.add(key.value)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping


def read_yaml(path: Path, model: type[M]) -> M:
    """The file as `model`. Raises CatalogError with file, line and expectation for each mistake."""
    try:
        loader = _UniqueKeyLoader(path.read_text(encoding="utf-8"))
        node = loader.get_single_node()
        data = loader.construct_document(node) if node is not None else {}
    except (ValueError, RecursionError) as error:
        raise CatalogError([f"{path}:1: {error}"]) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise CatalogError([f"{path}:{line}: {getattr(error, 'problem', error)}"]) from error
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise CatalogError([f"{path}:{_line(node, e['loc'])}: {_sentence(e)}" for e in error.errors()]) from error


def read_csv(path: Path, model: type[M]) -> tuple[M, ...]:
    """One model a row; an empty field is None. The header must name exactly fields of the model."""
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines, strict=True)
        try:
            return _read_rows(path, reader, model)
        except (csv.Error, UnicodeDecodeError) as error:
            raise CatalogError([f"{path}:{reader.line_num + 1}: {error}"]) from error


def _read_rows(path: Path, reader: csv.DictReader[str], model: type[M]) -> tuple[M, ...]:
    problems: list[str] = []
    entries: list[M] = []
    names = reader.fieldnames or ()
    unknown = [name for name in names if name not in model.model_fields]
    if unknown:
        expected = ", ".join(model.model_fields)
        raise CatalogError([f"{path}:1: unknown column {name!r}; expected one of {expected}" for name in unknown])
    if len(set(names)) != len(names):
        raise CatalogError([f"{path}:1: a column stands there twice"])
    for row in reader:
        if None in row or any(value is None for value in row.values()):
            there = len([value for name, value in row.items() if name and value is not None]) + len(row.get(None, ()))
            problems.append(f"{path}:{reader.line_num}: expected {len(names)} fields ({', '.join(names)}), not {there}")
            continue
        try:
            entries.append(model.model_validate({key: value or None for key, value in row.items()}))
        except ValidationError as error:
            problems.extend(f"{path}:{reader.line_num}: {_sentence(e)}" for e in error.errors())
    if problems:
        raise CatalogError(problems)
    return tuple(entries)


def _sentence(error: Any) -> str:
    where = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"unknown key {where!r}"
    if error["type"] == "missing":
        return f"{where} is missing"
    return f"{where}: {error['msg']}, not {error['input']!r:.80}"


def _line(node: yaml.Node | None, location: tuple[int | str, ...]) -> int:
    line = node.start_mark.line + 1 if node is not None else 1
    for part in location:
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == str(part)), None)
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
    return line
