"""A person's path through Airflow's own login and navigation to the board, in a real Chromium, with the rights of two logins."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from stack_kit import answered, drop, rows, wait_for

from xanh.samples import ExpectedSubmission
from xanh.settings import Settings
from xanh.stack import control
from xanh.stack.airflow_environment import ADMIN, OFFICER, read_access

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FrameLocator, Page

pytestmark = [pytest.mark.slow, pytest.mark.stack]


@pytest.fixture(scope="module")
def stack(
    tmp_path_factory: pytest.TempPathFactory, own_samples: tuple[Path, list[ExpectedSubmission]]
) -> Iterator[Settings]:
    made, samples = own_samples
    home = tmp_path_factory.mktemp("board-in-airflow")
    settings = Settings.from_environment({"XANH_HOME": str(home), "XANH_PG_UNSAFE_FAST": "1"})
    chosen = [next(s for s in samples if s.verdict == verdict) for verdict in ("accepted", "rejected")]
    with control.running(settings, lambda line: None):
        drop(settings, made, chosen)
        wait_for(lambda: answered(settings, chosen), "the feedback of two files")
        wait_for(lambda: rows(settings, "select 1 from mart.lineage limit 1"), "the indicators")
        yield settings


def _logged_in(browser: Browser, stack: Settings, user: str) -> Page:
    access = read_access(stack)
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(120_000)
    page.goto(access.url)
    page.wait_for_url("**/auth/login*")
    page.locator("input[name=username]").fill(user)
    page.locator("input[name=password]").fill(access.passwords[user])
    page.keyboard.press("Enter")
    return page


def _board(page: Page) -> FrameLocator:
    """From Airflow's navigation."""
    page.get_by_role("button", name="Browse").click()
    page.get_by_role("menuitem", name="Báo cáo / Submissions").click()
    page.wait_for_url("**/plugin/xanh-board*")
    return page.frame_locator("iframe[title='Báo cáo / Submissions']")


def _newest(board: FrameLocator, verdict: str) -> None:
    """Opens the newest submission that ended so."""
    board.locator("#newest ~ div tbody tr").filter(has_text=verdict).first.locator("td a").first.click()


def test_an_engineer_sees_who_is_late_and_fetches_the_feedback_and_the_original_of_a_rejected_file(
    browser: Browser, stack: Settings
) -> None:
    page = _logged_in(browser, stack, ADMIN)
    board = _board(page)
    board.get_by_role("link", name="Chậm và thiếu").click()
    assert board.locator("tbody td.missing").first.inner_text().isdigit()
    board.get_by_role("link", name="Tổng quan").click()
    _newest(board, "Chưa nhận, phải sửa")
    board.locator("tbody .critical").first.wait_for()
    for link, ending in (("Tệp đã đánh dấu", ".phan-hoi.xlsx"), ("Tải tệp gốc", "")):
        with page.expect_download() as download:
            board.get_by_role("link", name=link).click()
        assert download.value.suggested_filename.endswith(ending)
        assert Path(download.value.path()).stat().st_size > 0
    board.get_by_role("link", name="Lượt chạy đã xử lý").click()
    board.get_by_role("link", name="scheduled__").first.wait_for()


def test_an_officer_follows_a_value_in_both_languages_and_is_refused_the_original(
    browser: Browser, stack: Settings
) -> None:
    page = _logged_in(browser, stack, OFFICER)
    board = _board(page)
    _newest(board, "Đã nhận")
    board.get_by_role("link", name="Truy vết số liệu").click()
    used = rows(stack, "select min(observation_id) from mart.lineage")[0][0]
    board.locator(f"a[href*='/observation/{used}?']").click()
    board.get_by_role("region", name="Chỉ số dùng số liệu này").locator("th a").first.click()
    board.get_by_text("Số liệu đã dùng").first.wait_for()
    board.get_by_role("link", name="English").click()
    board.get_by_text("Values used").first.wait_for()
    number = rows(stack, "select max(submission_id) from mart.submission")[0][0]
    refused = page.goto(f"{read_access(stack).url}/xanh-board/submission/{number}/original")
    assert refused is not None
    assert refused.status == 403


def test_a_stranger_is_shown_the_way_to_the_login(browser: Browser, stack: Settings) -> None:
    page = browser.new_context().new_page()
    page.set_default_timeout(120_000)
    answer = page.goto(f"{read_access(stack).url}/xanh-board/late")
    assert answer is not None
    assert answer.status == 401
    page.get_by_role("link", name="Đăng nhập").click()
    page.locator("input[name=username]").wait_for()
