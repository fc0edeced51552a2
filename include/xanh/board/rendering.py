"""Pages from templates: the words of one language, the links that keep what was chosen, and numbers and days as people write them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, urlencode

import yaml
from fastapi import Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.exceptions import HTTPException

from xanh.language.exact import decimal_text, rounded
from xanh.language.harmless import visible
from xanh.settings import TIME_ZONE

Language = Literal["vi", "en"]
PAGE_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'self'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
}
RUN_MARGIN = timedelta(minutes=2)


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """Every word on the board by key and language."""
    text = (Path(__file__).parent / "words.yaml").read_text(encoding="utf-8")
    loaded: Mapping[str, Mapping[str, str]] = yaml.safe_load(text)
    return loaded


@dataclass(frozen=True)
class Renderer:
    """Renders the board's templates for one mount of the board; `airflow`: the prefix of Airflow's own pages."""

    airflow: str = ""

    def page(self, name: str, request: Request, language: Language, status: int = 200, **content: Any) -> HTMLResponse:
        """The template as an answer, with `w` (words), `link` (to a page of the board) and the content in it."""
        base = request.scope.get("root_path", "").rstrip("/")

        def link(path: str, **query: object) -> str:
            chosen = {key: value for key, value in query.items() if value not in (None, "")}
            return f"{base}{path}?{urlencode({'lang': language, **chosen})}"

        other = "en" if language == "vi" else "vi"
        html = (
            _templates()
            .get_template(name)
            .render(
                w={key: word[language] for key, word in words().items()},
                language=language,
                other_language=other,
                other_url="?" + urlencode([*_without_language(request), ("lang", other)]),
                base=base,
                link=link,
                airflow=self.airflow,
                **content,
            )
        )
        return HTMLResponse(html, status, headers=PAGE_HEADERS)

    async def refusal(self, request: Request, error: HTTPException) -> Response:
        """Why there is no such page, as a page for browsers and as JSON for programs; the way to the login for strangers."""
        if "text/html" not in request.headers.get("accept", ""):
            return JSONResponse({"detail": error.detail}, error.status_code, headers=error.headers)
        language: Language = "en" if request.query_params.get("lang") == "en" else "vi"
        kind = {401: "log_in_first", 403: "not_for_you", 404: "not_there"}.get(error.status_code, "not_understood")
        back = quote(str(request.url.path), safe="/")
        return self.page(
            "refusal.html.j2", request, language, error.status_code,
            kind=kind, login=f"{self.airflow}/api/v2/auth/login?next={back}" if error.status_code == 401 else None,
        )  # fmt: skip


def _without_language(request: Request) -> list[tuple[str, str]]:
    return [(key, value) for key, value in request.query_params.multi_items() if key != "lang"]


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("xanh.board"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.filters |= {
        "day": lambda value: _local(value, "%d/%m/%Y"),
        "minute": lambda value: _local(value, "%d/%m/%Y %H:%M"),
        "figure": _figure,
        "exact": lambda value: "" if value is None else _vietnamese(decimal_text(value)),
        "shown": lambda value: "" if value is None else visible(value),
        "runs": _runs,
    }
    return environment


def _runs(submission: Mapping[str, Any]) -> str:
    """The query with which Airflow lists the runs of `ingest` from the arrival of a submission to its end."""
    received, loaded = submission["received_at"], submission["loaded_at"]
    window = {"run_after_gte": (received - RUN_MARGIN).isoformat()}
    if loaded is not None:
        window["run_after_lte"] = loaded.isoformat()
    return urlencode(window, quote_via=quote)


def _local(value: date | datetime | None, shape: str) -> str:
    """A day or a moment as people here write it; nothing where there is none."""
    if value is None:
        return ""
    return (value.astimezone(TIME_ZONE) if isinstance(value, datetime) else value).strftime(shape)


def _figure(value: Decimal | None) -> str:
    """A number as Vietnamese texts print it, at most two decimals; nothing for what is not known."""
    if value is None:
        return ""
    return _vietnamese(decimal_text(rounded(value, 2)))


def _vietnamese(text: str) -> str:
    """Digits with points between thousands and a comma before decimals."""
    whole, _, decimals = text.partition(".")
    grouped = f"{int(whole):,}".replace(",", ".")
    sign = "-" if whole.startswith("-") and not grouped.startswith("-") else ""
    return f"{sign}{grouped},{decimals}" if decimals else f"{sign}{grouped}"
