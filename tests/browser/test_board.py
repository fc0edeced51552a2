"""The board as a person uses it, in a real Chromium, on submissions that went through the real flow."""

from __future__ import annotations

import re
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uvicorn
from fastapi import FastAPI, HTTPException, Request

from xanh.board.pages import create_app
from xanh.board.reach import Reach, departments_of
from xanh.board.rendering import words
from xanh.catalog import load_catalog
from xanh.database.warehouse import connect
from xanh.demo import results
from xanh.feedback.words import feedback_words
from xanh.indicators.compute import compute
from xanh.loading import ingest
from xanh.samples import ExpectedSubmission
from xanh.settings import ROOT, Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@dataclass(frozen=True)
class Site:
    """Where the board answers, the settings behind it, and a path of every kind of page."""

    url: str
    settings: Settings
    pages: Sequence[str]


@pytest.fixture(scope="module")
def site(
    fresh_settings: Callable[[Path], AbstractContextManager[Settings]],
    own_samples: tuple[Path, list[ExpectedSubmission]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("board")
    with fresh_settings(folder) as settings, _serving(_filled(settings, *own_samples)) as url:
        yield Site(url, settings, _pages(settings))


def _filled(settings: Settings, made: Path, samples: list[ExpectedSubmission]) -> Settings:
    chosen = [next(s for s in samples if s.verdict == verdict) for verdict in ("accepted", "rejected")]
    for sample in chosen:
        target = settings.drop / sample.path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(made / sample.path, target)
    ingest.run(settings)
    with connect(settings) as connection:
        compute(connection, load_catalog(settings.catalog), settings)
    return settings


def _pages(settings: Settings) -> list[str]:
    with connect(settings, "reader") as connection:
        query = "select observation_id, submission_id from mart.observation order by 1 limit 1"
        observation, submission = connection.execute(query).fetchone() or (0, 0)
        query = "select indicator_code, area_code, period from mart.lineage order by 1, 2, 3 limit 1"
        indicator, area, period = connection.execute(query).fetchone() or ("", "", "")
    return [
        "/", "/late", "/progress", f"/submission/{submission}", f"/submission/{submission}/values",
        f"/observation/{observation}", f"/indicator/{indicator}?area={area}&period={period}", "/nowhere",
    ]  # fmt: skip


class _serving:
    """The board on a free port of this machine, for the length of a block. Requests need the header or cookie `who`."""

    def __init__(self, settings: Settings) -> None:
        outer = FastAPI()
        outer.mount("/xanh-board", create_app(lambda: settings, _reach_of))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.server = uvicorn.Server(uvicorn.Config(outer, host="127.0.0.1", port=self.port, log_level="error"))
        self.thread = threading.Thread(target=self.server.run, daemon=True)

    def __enter__(self) -> str:
        self.thread.start()
        until = time.monotonic() + 60
        while not self.server.started and time.monotonic() < until:
            time.sleep(0.05)
        assert self.server.started
        return f"http://127.0.0.1:{self.port}/xanh-board"

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self.thread.join(30)


def _reach_of(request: Request) -> Reach:
    """Who the cookie says: `reader`, `engineer` or the code of a department."""
    who = request.cookies.get("who")
    if who is None:
        raise HTTPException(401)
    if who == "stranger":
        raise HTTPException(403)
    if who in ("reader", "engineer"):
        return Reach(None, has_originals=who == "engineer")
    return Reach(frozenset({who}), has_originals=True)


def _page(browser: Browser, site: Site, who: str, width: int = 1280) -> Page:
    context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=False)
    context.add_cookies([{"name": "who", "value": who, "url": site.url}])
    return context.new_page()


def test_a_person_finds_a_rejected_submission_and_its_feedback(browser: Browser, site: Site) -> None:
    page = _page(browser, site, "engineer")
    page.goto(f"{site.url}/?verdict=rejected")
    assert page.locator("h1").inner_text() == "Tổng quan"
    page.locator("#newest ~ div tbody tr td a").first.click()
    page.wait_for_url("**/submission/*")
    assert "Chưa nhận, phải sửa" in page.locator("main").inner_text()
    assert page.locator("tbody .critical").count() >= 1
    page.get_by_role("link", name="Trang phản hồi").click()
    page.wait_for_url("**/feedback.html")
    assert page.locator("h1").first.inner_text()
    assert page.title()
    page.go_back()
    page.wait_for_url("**/submission/*")
    with page.expect_download() as marked:
        page.get_by_role("link", name="Tệp đã đánh dấu").click()
    assert marked.value.suggested_filename.endswith(".phan-hoi.xlsx")
    with page.expect_download() as original:
        page.get_by_role("link", name="Tải tệp gốc").click()
    assert Path(original.value.path()).stat().st_size > 0


def test_every_page_speaks_both_languages_and_fits_a_phone(browser: Browser, site: Site) -> None:
    page = _page(browser, site, "reader", width=360)
    for path, title in (
        ("/", "Overview"),
        ("/late", "Late and missing"),
        ("/progress", "Plan progress"),
        ("/submission/1", "Submission 1"),
    ):
        for language in ("vi", "en"):
            response = page.goto(f"{site.url}{path}?lang={language}")
            assert response is not None
            assert response.status == 200
            assert page.locator("html").get_attribute("lang") == language
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, f"{path} in {language}"
        assert title in page.locator("h1").inner_text()


def test_tables_have_headings_and_can_be_reached_by_keyboard(browser: Browser, site: Site) -> None:
    page = _page(browser, site, "reader")
    for path in site.pages:
        page.goto(f"{site.url}{path}")
        page.keyboard.press("Tab")
        assert page.locator("a.skip:focus").count() == 1
        for table in page.locator("table").all():
            assert table.locator("thead th[scope=col]").count() > 0
        assert page.locator(".scroll:not([tabindex])").count() == 0
        assert page.locator("main h1").count() == 1


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/late",
        "/progress",
        "/submission/1",
        "/submission/1/feedback.html",
        "/submission/1/feedback.xlsx",
        "/submission/1/original",
        "/submission/1/values",
        "/observation/1",
        "/indicator/x?area=y&period=z",
    ],
)
def test_no_route_answers_without_a_login(path: str) -> None:
    from fastapi.testclient import TestClient

    def never() -> Settings:
        raise AssertionError("an unauthenticated request came as far as the settings")

    client = TestClient(create_app(never, _reach_of))
    assert client.get(path).status_code == 401


def test_an_original_is_refused_to_who_may_only_read(browser: Browser, site: Site) -> None:
    page = _page(browser, site, "reader")
    page.goto(f"{site.url}/submission/1")
    assert page.get_by_role("link", name="Tải tệp gốc").count() == 0
    response = page.goto(f"{site.url}/submission/1/original")
    assert response is not None
    assert response.status == 403
    assert page.locator("h1").inner_text() == "Tài khoản này không được xem trang này"


def test_a_department_sees_and_has_back_only_what_it_sent(site: Site) -> None:
    from fastapi.testclient import TestClient

    with connect(site.settings, "reader") as connection:
        rows = connection.execute("select submission_id, department_code from mart.submission").fetchall()
        query = "select observation_id, department_code from mart.observation limit 1"
        observation, sender = connection.execute(query).fetchone() or (0, "")
    app = create_app(lambda: site.settings, _reach_of)
    for code in {department for _, department in rows} | {"dien-luc"}:
        client = TestClient(app, cookies={"who": code})
        for submission, department in rows:
            for part in ("", "/values", "/feedback.html", "/original"):
                got = client.get(f"/submission/{submission}{part}").status_code
                assert got == (200 if department == code else 404), (code, department, part)
        assert client.get(f"/observation/{observation}").status_code == (200 if sender == code else 404)
        overview = client.get("/").text + client.get("/late").text
        others = {department for _, department in rows} - {code}
        assert not [other for other in others if f"department={other}" in overview or f">{other}<" in overview]


def test_the_inputs_of_an_indicator_show_a_department_its_own_cells_only(site: Site) -> None:
    from fastapi.testclient import TestClient

    path = next(page for page in site.pages if page.startswith("/indicator/"))
    app = create_app(lambda: site.settings, _reach_of)
    everything = TestClient(app, cookies={"who": "reader"}).get(path)
    of_others = TestClient(app, cookies={"who": "dien-luc"}).get(path)
    assert everything.status_code == of_others.status_code == 200
    assert "/observation/" in everything.text
    assert "/observation/" not in of_others.text


def test_the_demo_shows_every_submission_that_the_board_knows(site: Site) -> None:
    submissions, lines = results(site.settings)
    with connect(site.settings, "reader") as connection:
        known = connection.execute("select submission_id from mart.submission order by 1").fetchall()
    assert [(row["submission_id"],) for row in submissions] == known
    assert lines


def test_only_roles_of_departments_name_departments() -> None:
    assert departments_of(["Viewer", "department:ubnd/xa-hoa-an", "department:"]) == {"ubnd/xa-hoa-an"}


def test_a_value_is_followed_from_the_file_to_the_indicator_and_back(browser: Browser, site: Site) -> None:
    page = _page(browser, site, "reader")
    page.goto(f"{site.url}/?verdict=accepted")
    page.locator("#newest ~ div tbody tr td a").first.click()
    page.get_by_role("link", name="Truy vết số liệu").click()
    page.wait_for_url("**/values*")
    first = page.locator("tbody tr").first
    measure, cell = first.locator("th").inner_text(), first.locator("td").nth(6).inner_text()
    first.get_by_role("link").click()
    page.wait_for_url("**/observation/*")
    assert measure in page.locator("h1").inner_text()
    assert cell in page.locator("dl").nth(1).inner_text()
    page.goto(f"{site.url}{next(path for path in site.pages if path.startswith('/indicator'))}")
    name = page.locator("h1").inner_text()
    page.locator("tbody th a").first.click()
    page.wait_for_url("**/observation/*")
    page.get_by_role("region", name="Chỉ số dùng số liệu này").get_by_role("link", name=name).first.click()
    page.wait_for_url("**/indicator/*")
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**lang=en*")
    assert page.locator("dt").first.inner_text() == "Value"
    assert "area=" in page.url


@pytest.mark.slow
def test_nothing_on_the_pages_stands_in_the_way_of_a_screen_reader(browser: Browser, site: Site) -> None:
    """axe-core, the rules of WCAG 2.2 A and AA and good practice, on every kind of page, narrow and wide."""
    from axe_playwright_python.sync_playwright import Axe

    found = {}
    for width in (360, 1280):
        context = browser.new_context(viewport={"width": width, "height": 900})
        context.add_cookies([{"name": "who", "value": "engineer", "url": site.url}])
        page = context.new_page()
        for path in site.pages:
            page.goto(f"{site.url}{path}")
            for violation in Axe().run(page).response["violations"]:
                found[f"{path} at {width}: {violation['id']}"] = [node["html"][:120] for node in violation["nodes"][:3]]
    assert found == {}


def test_everything_can_be_done_with_the_keyboard_alone(browser: Browser, site: Site) -> None:
    page = _page(browser, site, "engineer")
    page.goto(f"{site.url}/")
    _tab_to(page, "Chưa nhận, phải sửa: 1")
    page.keyboard.press("Enter")
    page.wait_for_url("**verdict=rejected*")
    number = page.locator("#newest ~ div tbody tr td a").first.inner_text()
    _tab_to(page, number)
    page.keyboard.press("Enter")
    page.wait_for_url("**/submission/*")
    _tab_to(page, "Tải tệp gốc")
    with page.expect_download():
        page.keyboard.press("Enter")
    _tab_to(page, "English")
    page.keyboard.press("Enter")
    page.wait_for_url("**lang=en*")


def _tab_to(page: Page, name: str) -> None:
    """Presses the tabulator until the link with the name has the focus, and fails when it never gets it."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.locator(":focus").count() and page.locator(":focus").inner_text().strip() == name:
            return
    pytest.fail(f"the tabulator never came to {name}")


def test_text_from_a_file_name_never_becomes_markup(settings: Settings) -> None:
    (settings.drop / "so-cong-thuong").mkdir(parents=True)
    (settings.drop / "so-cong-thuong" / "<script>alert(1)<b>.csv").write_text("a;b\n1;2\n")
    ingest.run(settings)
    from fastapi.testclient import TestClient

    client = TestClient(create_app(lambda: settings, lambda: Reach(None, has_originals=True)))
    for path in ("/", "/submission/1"):
        text = client.get(path).text
        assert "<script>alert" not in text
        assert "&lt;script&gt;" in text


def test_a_department_gets_no_link_to_the_pages_of_airflow(site: Site) -> None:
    from fastapi.testclient import TestClient

    with connect(site.settings, "reader") as connection:
        submission, sender = connection.execute(
            "select submission_id, department_code from mart.submission order by 1 limit 1"
        ).fetchone() or (0, "")
    app = create_app(lambda: site.settings, _reach_of)
    for path in ("/", f"/submission/{submission}"):
        assert "/dags/ingest" in TestClient(app, cookies={"who": "reader"}).get(path).text
        assert "/dags/ingest" not in TestClient(app, cookies={"who": sender}).get(path).text


def test_what_was_due_last_stands_first_among_what_is_missing(browser: Browser, site: Site) -> None:
    page = _page(browser, site, "reader")
    page.goto(f"{site.url}/late")
    overdue = [int(text.replace(".", "")) for text in page.locator("td.missing").all_inner_texts()]
    assert len(overdue) > 1
    assert overdue == sorted(overdue)


def test_the_board_the_feedback_and_the_clerks_guide_call_a_verdict_alike() -> None:
    guide = (ROOT / "docs" / "huong-dan-don-vi.md").read_text(encoding="utf-8").casefold()
    titles = {
        code: verdict.title_vi.casefold()
        for code, verdict in feedback_words(ROOT / "include" / "catalog").verdicts.items()
    }
    assert [title for title in titles.values() if f"| {title} |" not in guide] == []
    on_the_board = {code: set(re.findall(r"\w+", words()[code]["vi"].casefold())) for code in titles}
    assert [code for code, title in titles.items() if not on_the_board[code] <= set(re.findall(r"\w+", title))] == []


def test_every_word_is_there_in_both_languages() -> None:
    assert [key for key, word in words().items() if set(word) != {"vi", "en"} or not all(word.values())] == []
