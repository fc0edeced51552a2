"""A trace as text for a terminal and as a page that can be kept."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from xanh.language.harmless import visible
from xanh.tracing.trace import Row, plain

NOT_KNOWN = "–"
"""Stands in a trace where there is no value."""


def indicator_text(values: Sequence[Row]) -> str:
    """The trace of a published number, a line a fact."""
    return _text("trace.txt.j2", values)


def cell_text(values: Sequence[Row]) -> str:
    """The trace of a cell, a line a fact."""
    return _text("trace_cell.txt.j2", values)


def page(title: str, text: str) -> str:
    """The text as a self-contained page."""
    return _environment().get_template("trace.html.j2").render(title=title, text=text)


def _text(template: str, values: Sequence[Row]) -> str:
    return _environment().get_template(template).render(values=_visible(plain(list(values)))).strip("\n")


def _visible(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _visible(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_visible(each) for each in value]
    return visible(value) if isinstance(value, str) else value


@lru_cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).resolve().parent.parent / "templates"),
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default_for_string=True),
        undefined=StrictUndefined,
        finalize=lambda value: NOT_KNOWN if value is None else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
