"""The files behind a submission: the feedback that the sender got, and the original for those who may have it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import FileResponse, Response

from xanh.board.mart import Mart
from xanh.board.reach import Reach
from xanh.board.rendering import PAGE_HEADERS
from xanh.settings import Settings

FEEDBACK_HEADERS = PAGE_HEADERS | {
    "content-security-policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
}
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def submission(mart: Mart, submission_id: int) -> Mapping[str, Any]:
    """The row of a submission. Raises HTTPException 404, also for one that is not within reach."""
    found = mart.rows("submissions", department=None, verdict=None, before=None, submission_id=submission_id, rows=1)
    if not found:
        raise HTTPException(404, "There is no such submission.")
    return found[0]


def feedback(settings: Settings, found: Mapping[str, Any], ending: str) -> Path | None:
    """The submission's feedback file with the ending, None where there is none; never what a link leads to."""
    folder = settings.drop.resolve() / found["department_code"] / "_phan-hoi"
    paths = sorted(folder.glob(f"*--{found['submission_id']}.phan-hoi{ending}"))
    return next((path for path in paths if path.resolve() == path and path.is_file()), None)


def routes(settings: Callable[[], Settings], reach_of: Callable[..., Reach]) -> APIRouter:
    """Feedback for everybody who may see the submission; originals only for those among them who may have them."""
    router = APIRouter()
    reached = Depends(reach_of)

    @router.get("/submission/{submission_id}/feedback.html")
    def feedback_page(submission_id: int, reach: Reach = reached) -> Response:
        path = _feedback_or_404(settings(), reach, submission_id, ".html")
        return FileResponse(path, media_type="text/html; charset=utf-8", headers=FEEDBACK_HEADERS)

    @router.get("/submission/{submission_id}/feedback.xlsx")
    def feedback_workbook(submission_id: int, reach: Reach = reached) -> Response:
        path = _feedback_or_404(settings(), reach, submission_id, ".xlsx")
        return FileResponse(path, media_type=WORKBOOK, filename=path.name, headers=PAGE_HEADERS)

    @router.get("/submission/{submission_id}/original")
    def original(submission_id: int, reach: Reach = reached) -> Response:
        if not reach.has_originals:
            raise HTTPException(403, "Originals are for those who run the intake.")
        with Mart(settings(), reach) as mart:
            found = submission(mart, submission_id)
        path = settings().archive / found["sha256"][:2] / found["sha256"]
        if not path.is_file():
            raise HTTPException(404, "The original is not in the archive.")
        return FileResponse(
            path, media_type="application/octet-stream", filename=found["file_name"], headers=PAGE_HEADERS
        )

    return router


def _feedback_or_404(settings: Settings, reach: Reach, submission_id: int, ending: str) -> Path:
    with Mart(settings, reach) as mart:
        path = feedback(settings, submission(mart, submission_id), ending)
    if path is None:
        raise HTTPException(404, "There is no such feedback.")
    return path
