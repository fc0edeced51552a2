"""The board as one application: what was delivered, what is wrong with it, who is late and how far the plan is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Query, Request
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from xanh.board import files, tracing
from xanh.board.mart import Mart
from xanh.board.reach import Reach
from xanh.board.rendering import Language, Renderer
from xanh.settings import Settings

ROWS_A_PAGE = 50
ISSUES_SHOWN = 1000
MISSING_SHOWN = 500
PERIODS_SHOWN = 12
DELIVERY_STATES = ("missing", "late", "on_time", "nil", "expected", "exempt")
VERDICTS = (
    "accepted", "accepted_with_warnings", "rejected", "unreadable", "unknown_form", "not_permitted", "duplicate",
)  # fmt: skip


def create_app(settings: Callable[[], Settings], reach_of: Callable[..., Reach], airflow_prefix: str = "") -> FastAPI:
    """The board as an application of its own, to be mounted by the plugin.

    `reach_of` is a dependency that guards every route: it raises 401 or 403, and says what the login may see.
    """
    renderer = Renderer(airflow_prefix)
    app = FastAPI(
        dependencies=[Depends(reach_of)], docs_url=None, redoc_url=None, openapi_url=None,
        exception_handlers={HTTPException: renderer.refusal},
    )  # fmt: skip
    app.include_router(_pages(settings, renderer, reach_of))
    app.include_router(tracing.routes(settings, renderer, reach_of))
    app.include_router(files.routes(settings, reach_of))
    return app


def _pages(settings: Callable[[], Settings], renderer: Renderer, reach_of: Callable[..., Reach]) -> APIRouter:
    router = APIRouter(default_response_class=HTMLResponse)
    reached = Depends(reach_of)

    @router.get("/")
    def overview(
        request: Request,
        lang: Language = "vi",
        department: Annotated[str | None, Query(max_length=100)] = None,
        verdict: Annotated[str | None, Query(max_length=40)] = None,
        before: Annotated[int | None, Query(ge=1)] = None,
        reach: Reach = reached,
    ) -> HTMLResponse:
        with Mart(settings(), reach) as mart:
            submissions = mart.rows(
                "submissions",
                department=department or None, verdict=verdict or None, before=before, submission_id=None,
                rows=ROWS_A_PAGE,
            )  # fmt: skip
            return renderer.page(
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
                has_runs=reach.has_runs,
            )

    @router.get("/submission/{submission_id}")
    def submission(request: Request, submission_id: int, lang: Language = "vi", reach: Reach = reached) -> HTMLResponse:
        with Mart(settings(), reach) as mart:
            found = files.submission(mart, submission_id)
            return renderer.page(
                "submission.html.j2",
                request,
                lang,
                submission=found,
                issues=mart.rows("issues", submission_id=submission_id, rows=ISSUES_SHOWN),
                differences=mart.rows("differences", submission_id=submission_id, rows=ISSUES_SHOWN),
                has_page=files.feedback(settings(), found, ".html") is not None,
                has_workbook=files.feedback(settings(), found, ".xlsx") is not None,
                has_original=reach.has_originals,
                has_runs=reach.has_runs,
            )

    @router.get("/late")
    def late(request: Request, lang: Language = "vi", reach: Reach = reached) -> HTMLResponse:
        with Mart(settings(), reach) as mart:
            return renderer.page(
                "late.html.j2", request, lang,
                missing=mart.rows("missing", rows=MISSING_SHOWN), rows=MISSING_SHOWN, punctuality=mart.rows("punctuality"),
            )  # fmt: skip

    @router.get("/progress")
    def progress(request: Request, lang: Language = "vi", reach: Reach = reached) -> HTMLResponse:
        with Mart(settings(), reach) as mart:
            return renderer.page("progress.html.j2", request, lang, lines=mart.rows("progress"))

    return router


def matrix(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Rows of include/sql/board/matrix.sql as a table: its periods, the newest first, and a line for each department and form.

    A cell holds the number of reports by state; the gravest state, first in DELIVERY_STATES, colours it.
    """
    periods = [period for _, period in sorted({(row["place"], row["period"]) for row in rows})]
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
