"""The trace as pages: from an indicator down to cells, from a submission's values up to indicators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import HTMLResponse

from xanh.board.files import submission
from xanh.board.mart import Mart
from xanh.board.reach import Reach
from xanh.board.rendering import Language, Renderer
from xanh.settings import Settings

VALUES_A_PAGE = 200
INPUTS_SHOWN = 1000
Code = Annotated[str, Query(max_length=100)]


def routes(settings: Callable[[], Settings], renderer: Renderer, reach_of: Callable[..., Reach]) -> APIRouter:
    """The pages `/submission/N/values`, `/observation/N` and `/indicator/CODE`."""
    router = APIRouter(default_response_class=HTMLResponse)
    reached = Depends(reach_of)

    @router.get("/submission/{submission_id}/values")
    def values(
        request: Request,
        submission_id: int,
        lang: Language = "vi",
        after: Annotated[int, Query(ge=0)] = 0,
        reach: Reach = reached,
    ) -> HTMLResponse:
        with Mart(settings(), reach) as mart:
            rows = mart.rows("values", submission_id=submission_id, after=after, rows=VALUES_A_PAGE)
            return renderer.page(
                "values.html.j2", request, lang,
                submission=submission(mart, submission_id), rows=rows,
                next=rows[-1]["observation_id"] if len(rows) == VALUES_A_PAGE else None,
            )  # fmt: skip

    @router.get("/observation/{observation_id}")
    def observation(
        request: Request, observation_id: int, lang: Language = "vi", reach: Reach = reached
    ) -> HTMLResponse:
        with Mart(settings(), reach) as mart:
            found = mart.rows("observation", observation_id=observation_id)
            if not found:
                raise HTTPException(404, "There is no such value.")
            about = {"observation_id": observation_id, "rows": INPUTS_SHOWN}
            return renderer.page(
                "observation.html.j2", request, lang,
                value=found[0], statements=mart.rows("statements", **about), feeds=mart.rows("feeds", **about),
            )  # fmt: skip

    @router.get("/indicator/{indicator}")
    def indicator(
        request: Request,
        indicator: str,
        area: Code,
        period: Code,
        series: Code = "total",
        lang: Language = "vi",
        reach: Reach = reached,
    ) -> HTMLResponse:
        question = {"indicator": indicator, "area": area, "period": period, "series": series}
        with Mart(settings(), reach) as mart:
            found = mart.rows("indicator", **question)
            if not found:
                raise HTTPException(404, "No such value is published.")
            inputs = mart.rows("inputs", **question, rows=INPUTS_SHOWN)
            return renderer.page(
                "indicator.html.j2", request, lang,
                values=[(value, [row for row in inputs if row["geography"] == value["geography"]]) for value in found],
                is_cut=len(inputs) == INPUTS_SHOWN,
            )  # fmt: skip

    return router
