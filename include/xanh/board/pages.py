"""The routes of the board: server-rendered pages in Vietnamese or English, and the files behind a submission."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from xanh.board.mart import Mart
from xanh.settings import TIME_ZONE, Settings

Language = Literal["vi", "en"]
ROWS_A_PAGE = 50
ISSUES_SHOWN = 1000
PERIODS_SHOWN = 12
DELIVERY_STATES = ("missing", "late", "on_time", "nil", "expected", "exempt")
VERDICTS = (
    "accepted", "accepted_with_warnings", "rejected", "unreadable", "unknown_form", "not_permitted", "duplicate",
)  # fmt: skip
PAGE_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'self'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
}
FEEDBACK_HEADERS = PAGE_HEADERS | {
    "content-security-policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
}
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """Every word on the board by key and language."""
    text = (Path(__file__).parent / "words.yaml").read_text(encoding="utf-8")
    loaded: Mapping[str, Mapping[str, str]] = yaml.safe_load(text)
    return loaded


def create_app(
    settings: Callable[[], Settings],
    may_read: Callable[..., Any],
    may_download: Callable[..., Any],
    airflow_prefix: str = "",
) -> FastAPI:
    """The board as an application of its own, to be mounted by the plugin.

    `may_read` guards every route and `may_download` the originals: dependencies that raise 401 or 403.
    """
    app = FastAPI(dependencies=[Depends(may_read)], docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(_pages(settings, airflow_prefix))
    app.include_router(_files(settings, may_download))
    return app


def _pages(settings: Callable[[], Settings], airflow_prefix: str) -> APIRouter:
    router = APIRouter(default_response_class=HTMLResponse)

    def page(name: str, request: Request, language: Language, **content: Any) -> HTMLResponse:
        base = request.scope.get("root_path", "").rstrip("/")
        html = (
            _templates()
            .get_template(name)
            .render(
                w={key: word[language] for key, word in words().items()},
                language=language,
                base=base,
                airflow=airflow_prefix,
                **content,
            )
        )
        return HTMLResponse(html, headers=PAGE_HEADERS)

    @router.get("/")
    def overview(
        request: Request,
        lang: Language = "vi",
        department: Annotated[str | None, Query(max_length=100)] = None,
        verdict: Annotated[str | None, Query(max_length=40)] = None,
        before: Annotated[int | None, Query(ge=1)] = None,
    ) -> HTMLResponse:
        with Mart(settings()) as mart:
            submissions = mart.rows(
                "submissions",
                department=department or None, verdict=verdict or None, before=before, submission_id=None,
                rows=ROWS_A_PAGE,
            )  # fmt: skip
            return page(
                "overview.html.j2",
                request,
                lang,
                matrix=matrix(mart.rows("matrix", periods=PERIODS_SHOWN)),
                states=DELIVERY_STATES,
                submissions=submissions,
                departments=mart.rows("departments"),
                verdicts=VERDICTS,
                counts={row["verdict"]: row["submission_count"] for row in mart.rows("verdicts")},
                chosen={"department": department or "", "verdict": verdict or ""},
                older=submissions[-1]["submission_id"] if len(submissions) == ROWS_A_PAGE else None,
            )

    @router.get("/submission/{submission_id}")
    def submission(request: Request, submission_id: int, lang: Language = "vi") -> HTMLResponse:
        with Mart(settings()) as mart:
            found = _submission(mart, submission_id)
            return page(
                "submission.html.j2",
                request,
                lang,
                submission=found,
                issues=mart.rows("issues", submission_id=submission_id, rows=ISSUES_SHOWN),
                differences=mart.rows("differences", submission_id=submission_id, rows=ISSUES_SHOWN),
                has_page=_feedback(settings(), found, ".html") is not None,
                has_workbook=_feedback(settings(), found, ".xlsx") is not None,
            )

    @router.get("/late")
    def late(request: Request, lang: Language = "vi") -> HTMLResponse:
        with Mart(settings()) as mart:
            return page(
                "late.html.j2", request, lang,
                missing=mart.rows("missing", rows=500), punctuality=mart.rows("punctuality"),
            )  # fmt: skip

    @router.get("/progress")
    def progress(request: Request, lang: Language = "vi") -> HTMLResponse:
        with Mart(settings()) as mart:
            return page("progress.html.j2", request, lang, lines=mart.rows("progress"))

    return router


def _files(settings: Callable[[], Settings], may_download: Callable[..., Any]) -> APIRouter:
    router = APIRouter()

    @router.get("/submission/{submission_id}/feedback.html")
    def feedback_page(submission_id: int) -> Response:
        path = _feedback_or_404(settings(), submission_id, ".html")
        return FileResponse(path, media_type="text/html; charset=utf-8", headers=FEEDBACK_HEADERS)

    @router.get("/submission/{submission_id}/feedback.xlsx")
    def feedback_workbook(submission_id: int) -> Response:
        path = _feedback_or_404(settings(), submission_id, ".xlsx")
        return FileResponse(path, media_type=WORKBOOK, filename=path.name, headers=PAGE_HEADERS)

    @router.get("/submission/{submission_id}/original", dependencies=[Depends(may_download)])
    def original(submission_id: int) -> Response:
        with Mart(settings()) as mart:
            found = _submission(mart, submission_id)
        path = Path(settings().archive) / found["sha256"][:2] / found["sha256"]
        if not path.is_file():
            raise HTTPException(404, "The original is not in the archive.")
        return FileResponse(
            path, media_type="application/octet-stream", filename=found["file_name"], headers=PAGE_HEADERS
        )

    return router


def matrix(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Rows of include/sql/board/matrix.sql as a table: its periods, and a line for each department and form.

    A cell holds the number of reports by state; the gravest state, first in DELIVERY_STATES, colours it.
    """
    periods = [p for _, p in sorted({(row["place"], row["period"]) for row in rows}, reverse=True)]
    lines: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        line = lines.setdefault((row["department_code"], row["form_code"]), {"row": row, "cells": {}})
        line["cells"].setdefault(row["period"], {})[row["state"]] = row["report_count"]
    for line in lines.values():
        line["gravest"] = {
            period: next(state for state in DELIVERY_STATES if state in counts)
            for period, counts in line["cells"].items()
        }
    return {"periods": periods, "lines": list(lines.values())}


def _submission(mart: Mart, submission_id: int) -> Mapping[str, Any]:
    found = mart.rows("submissions", department=None, verdict=None, before=None, submission_id=submission_id, rows=1)
    if not found:
        raise HTTPException(404, "There is no such submission.")
    return found[0]


def _feedback(settings: Settings, submission: Mapping[str, Any], ending: str) -> Path | None:
    folder = Path(settings.drop) / submission["department_code"] / "_phan-hoi"
    found = sorted(folder.glob(f"*--{submission['submission_id']}.phan-hoi{ending}"))
    return found[0] if found else None


def _feedback_or_404(settings: Settings, submission_id: int, ending: str) -> Path:
    with Mart(settings) as mart:
        path = _feedback(settings, _submission(mart, submission_id), ending)
    if path is None:
        raise HTTPException(404, "There is no such feedback.")
    return path


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("xanh.board"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["day"] = lambda value: _local(value, "%d/%m/%Y")
    environment.filters["figure"] = _figure
    environment.filters["minute"] = lambda value: _local(value, "%d/%m/%Y %H:%M")
    return environment


def _local(value: date | datetime | None, shape: str) -> str:
    """A day or a moment as people here write it; nothing where there is none."""
    if value is None:
        return ""
    return (value.astimezone(TIME_ZONE) if isinstance(value, datetime) else value).strftime(shape)


def _figure(value: Decimal | None) -> str:
    """A number as Vietnamese texts print it, at most two decimals; nothing for what is not known."""
    if value is None:
        return ""
    text = f"{round(value, 2):,.2f}".rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,"))
