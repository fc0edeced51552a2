"""Loading: revisions, what was known when, amendments out of order, estimates beside final values."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import psycopg
import pytest
from ledger_kit import GANG, JUNE, MAY, PHOI, STAMP, Desk, deliver, observed, read, with_semantics

from xanh.loading import claims
from xanh.loading.load import Fenced, Held, Result, load
from xanh.loading.staging import LoadError
from xanh.model import Issue

BROKEN = Issue("critical", "G05", "department", "vi", "en", family="negative_value")


def test_a_first_file_becomes_revision_one_and_current(desk: Desk) -> None:
    submission, loaded = desk.load(read(observed(GANG, "1.50"), observed(PHOI, None)))
    assert (loaded.verdict, loaded.revision, loaded.counts.added) == ("accepted", 1, 2)
    assert desk.current() == {GANG: Decimal("1.5"), PHOI: None}
    rows = desk.rows("select verdict, revision, supersedes, observation_count from mart.submission")
    assert rows == [("accepted", 1, None, 2)]
    assert desk.rows("select observation_id from mart.observation order by 1") == [
        (submission * 10_000_000 + 1,),
        (submission * 10_000_000 + 2,),
    ]


def test_a_corrected_file_supersedes_and_both_states_can_be_read(desk: Desk) -> None:
    first, _ = desk.load(read(observed(GANG, "1"), observed(PHOI, "2", cell="F18")))
    (between,) = desk.rows("select max(known_from) from mart.observation_history")[0]
    second, loaded = desk.load(read(observed(GANG, "9"), observed(PHOI, "2", cell="F19")))
    assert (loaded.revision, loaded.counts.changed, loaded.counts.unchanged) == (2, 1, 1)
    assert desk.current() == {GANG: 9, PHOI: 2}
    asof = "select measure_code, value, submission_id from mart.observation_asof(%s) order by 1"
    assert desk.rows(asof, between) == [(GANG, 1, first), (PHOI, 2, first)]
    assert desk.rows("select measure_code, submission_id, revision from mart.observation order by 1") == [
        (GANG, second, 2),
        (PHOI, first, 1),
    ]
    assert desk.rows("select supersedes from mart.submission where submission_id = %s", second) == [(first,)]


def test_nothing_is_overwritten_only_closed(desk: Desk) -> None:
    desk.load(read(observed(GANG, "1")))
    desk.load(read(observed(GANG, "2")))
    history = desk.rows("select value, known_to is null from mart.observation_history order by known_from")
    assert history == [(1, False), (2, True)]
    ends = desk.rows(
        "select h.known_to = n.known_from from mart.observation_history h, mart.observation n where h.value = 1"
    )
    assert ends == [(True,)]


def test_not_even_the_owner_can_change_a_value_by_an_update(desk: Desk) -> None:
    from xanh.database import warehouse

    desk.load(read(observed(GANG, "1")))
    with warehouse.connect(desk.settings, "owner") as owner, pytest.raises(psycopg.IntegrityError):
        owner.execute("update core.observation set value = 7, known_to = now()")


def test_the_same_values_again_make_no_new_observation(desk: Desk) -> None:
    desk.load(read(observed(GANG, "1"), observed(PHOI, "2")))
    _, loaded = desk.load(read(observed(GANG, "1.0"), observed(PHOI, "2")))
    assert (loaded.revision, loaded.counts.unchanged, loaded.counts.added) == (2, 2, 0)
    assert len(desk.rows("select * from mart.observation_history")) == 2
    assert desk.rows("select count(*) from core.changed_cell") == [(2,)]


def test_a_value_that_is_left_out_is_closed_and_in_the_difference(desk: Desk) -> None:
    desk.load(read(observed(GANG, "1"), observed(PHOI, "2")))
    second, _ = desk.load(read(observed(GANG, "3")))
    assert desk.current() == {GANG: 3}
    difference = desk.rows(
        "select kind, measure_code, value_before, value_after from mart.difference where submission_id = %s order by 2",
        second,
    )
    assert difference == [("changed", GANG, 1, 3), ("removed", PHOI, 2, None)]


def test_a_first_revision_has_no_difference(desk: Desk) -> None:
    desk.load(read(observed(GANG, "1")))
    assert desk.rows("select * from mart.difference") == []


def test_a_rejected_file_loads_nothing_and_gets_no_revision(desk: Desk) -> None:
    desk.load(read(observed(GANG, "1")))
    submission, loaded = desk.load(read(observed(GANG, "-5")), BROKEN)
    assert (loaded.verdict, loaded.revision) == ("rejected", None)
    assert desk.current() == {GANG: 1}
    _, third = desk.load(read(observed(GANG, "5")))
    assert third.revision == 2
    assert desk.rows("select rule, severity from mart.issue where submission_id = %s", submission) == [
        ("G05", "critical")
    ]


def test_a_late_lower_amendment_goes_into_history_only(desk: Desk) -> None:
    desk.load(read(observed(GANG, "1")))
    second, _ = desk.load(read(observed(GANG, "3"), amendment=2))
    late, loaded = desk.load(read(observed(GANG, "2"), observed(PHOI, "8"), amendment=1))
    assert (loaded.verdict, loaded.revision, loaded.counts.late) == ("accepted", 3, 2)
    assert desk.current() == {GANG: 3}
    assert desk.rows("select supersedes from mart.submission where submission_id = %s", late) == [(None,)]
    history = "select value, known_from = known_to from mart.observation_history where submission_id = %s order by 1"
    assert desk.rows(history, late) == [(2, True), (8, True)]
    assert desk.rows("select count(*) from mart.observation_asof(now() + interval '1 hour')") == [(1,)]
    assert second != late


def test_an_original_counts_as_amendment_zero(desk: Desk) -> None:
    desk.load(read(observed(GANG, "5"), amendment=1))
    desk.load(read(observed(GANG, "4")))
    assert desk.current() == {GANG: 5}


def test_without_a_stated_number_the_order_of_arrival_decides(desk: Desk) -> None:
    desk.load(read(observed(GANG, "5")))
    desk.load(read(observed(GANG, "4")))
    assert desk.current() == {GANG: 4}


def test_the_final_value_of_the_next_file_wins_over_the_estimate_and_both_are_kept(desk: Desk) -> None:
    desk.load(read(observed(GANG, "10", MAY, status="E"), period=MAY))
    desk.load(read(observed(GANG, "12", MAY, status="A"), observed(GANG, "7", status="E"), period=JUNE))
    rows = desk.rows("select period, value, obs_status from mart.observation order by 1")
    assert rows == [("2025-05", 12, "A"), ("2025-06", 7, "E")]
    assert len(desk.rows("select * from mart.observation_history where known_to is null")) == 3


def test_a_missing_final_value_does_not_hide_an_estimate(desk: Desk) -> None:
    desk.load(read(observed(GANG, "10", MAY, status="E"), period=MAY))
    desk.load(read(observed(GANG, None, MAY), period=JUNE))
    assert desk.current() == {GANG: 10}


def test_a_late_estimate_of_an_older_report_does_not_hide_the_newer_one(desk: Desk) -> None:
    desk.load(read(observed(GANG, "12", flow="plan"), period=JUNE))
    desk.load(read(observed(GANG, "11", flow="plan"), period=MAY))
    assert desk.current() == {GANG: 12}


def test_a_delta_adds_and_leaves_the_rest(desk: Desk) -> None:
    desk.catalog = with_semantics(desk.catalog, "F01", "delta")
    desk.load(read(observed(GANG, "1"), observed(PHOI, "2")))
    desk.load(read(observed(GANG, "3")))
    assert desk.current() == {GANG: 3, PHOI: 2}


def test_a_blank_in_a_correction_leaves_the_value(desk: Desk) -> None:
    desk.catalog = with_semantics(desk.catalog, "F01", "correction")
    desk.load(read(observed(GANG, "1"), observed(PHOI, "2")))
    desk.load(read(observed(GANG, None), observed(PHOI, "4")))
    assert desk.current() == {GANG: 1, PHOI: 4}


def test_a_second_load_of_the_same_submission_does_nothing(desk: Desk) -> None:
    submission, _ = desk.load(read(observed(GANG, "1")))
    _, again = desk.load(read(observed(GANG, "2")), submission_id=submission)
    assert again.is_new is False
    assert desk.current() == {GANG: 1}


def test_a_worker_that_lost_its_claim_cannot_publish(desk: Desk) -> None:
    submission = deliver(desk.settings, desk.connection, b"x")
    with claims.claim(desk.connection, [submission]) as (claimed,):
        stale = Held(submission, claimed.claim_token - 1, "so-cong-thuong")
        result = Result("accepted", read(observed(GANG, "1")), ())
        with pytest.raises(Fenced):
            load(desk.connection, stale, result, desk.catalog, STAMP)
    assert desk.current() == {}


def test_two_values_for_one_cell_are_a_fault_of_the_program(desk: Desk) -> None:
    with pytest.raises(LoadError):
        desk.load(read(observed(GANG, "1"), observed(GANG, "2", cell="F18")))
    assert desk.rows("select count(*) from mart.observation_history") == [(0,)]


def test_moments_increase_strictly_and_never_repeat(desk: Desk) -> None:
    desk.load(read(observed(GANG, "1")))
    desk.load(read(observed(GANG, "2")))
    desk.load(read(observed(GANG, "3")))
    moments = [row[0] for row in desk.rows("select known_from from mart.observation_history order by value")]
    assert moments == sorted(set(moments))


def test_characters_that_the_database_cannot_hold_are_replaced(desk: Desk) -> None:
    desk.load(read(replace(observed(GANG, "1"), source_label="Ga\0ng \ud800")))
    assert desk.rows("select source_label from mart.observation") == [("Ga\ufffdng ?",)]


def test_a_value_is_kept_with_all_its_digits(desk: Desk) -> None:
    desk.load(read(observed(GANG, "1678271.94271234567890123456789012345")))
    assert desk.current() == {GANG: Decimal("1678271.94271234567890123456789012345")}


def test_personal_data_in_a_label_never_reach_the_warehouse(desk: Desk) -> None:
    desk.load(read(replace(observed(GANG, "1"), source_label="Gang (liên hệ 0912 345 678, a.b@c.vn)")))
    assert desk.rows("select source_label from mart.observation") == [
        ("Gang (liên hệ [số điện thoại đã che], [thư điện tử đã che])",)
    ]
