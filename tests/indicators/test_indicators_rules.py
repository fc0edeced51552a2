"""Each rule of the computation on a handful of values worked out by hand."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from indicator_world import Seen, close, put, span, values

from xanh.catalog import Catalog
from xanh.indicators.compute import Computed, compute
from xanh.publishing import publish
from xanh.settings import Settings

Conn = psycopg.Connection[Any]


def seen(measure: str, value: str | None, period: str, **more: Any) -> Seen:
    return Seen(measure, None if value is None else Decimal(value), span(period), **more)


def one(conn: Conn, columns: str, indicator: str, period: str, geography: str = "2020", area: str = "ALL:04") -> Any:
    return conn.execute(
        f"select {columns} from core.indicator_value where known_to is null and series_code = 'total'"
        " and (indicator_code, period_code, geography, area_code) = (%s, %s, %s, %s)",
        [indicator, period, geography, area],
    ).fetchone()


def newest(conn: Conn, measure: str) -> int:
    """The observation of a measure that came last."""
    row = conn.execute("select max(observation_id) from core.observation where measure_code = %s", [measure]).fetchone()
    assert row
    return int(row[0])


@pytest.fixture
def run(conn: Conn, settings: Settings, catalog: Catalog) -> Any:
    def computed(*observations: Seen, using: Catalog = catalog, **how: Any) -> Computed:
        put(conn, observations)
        return compute(conn, using, settings, **how)

    return computed


def with_baseline(catalog: Catalog, year: int) -> Catalog:
    """The catalogue with another baseline year, as a new version of the parameter."""
    parameters = catalog.indicators.parameters
    baseline = parameters.baseline.model_copy(update={"year": year, "version": parameters.baseline.version + 1})
    changed = parameters.model_copy(update={"baseline": baseline})
    return replace(catalog, hash=f"{catalog.hash}-{year}", indicators=replace(catalog.indicators, parameters=changed))


def test_without_any_data_every_indicator_says_no_data_for_each_year_of_the_plan_and_none_says_zero(
    conn: Conn, run: Any
) -> None:
    run()
    rows = conn.execute(
        "select count(distinct indicator_code), count(distinct period_code), count(value), min(progress)"
        " from core.indicator_value where progress = 'no_data'"
    ).fetchone()
    assert rows == (66, 5, 0, "no_data")
    others = conn.execute("select distinct derivation, value from core.indicator_value where progress <> 'no_data'")
    assert others.fetchall() == [("not_derivable", None)]


@pytest.mark.parametrize(
    ("column", "view"),
    [("indicator_code", "indicator"), ("area_code", "area"), ("period", "period"), ("unit_code", "unit")],
)
def test_every_code_of_a_value_is_in_its_list_once(conn: Conn, run: Any, column: str, view: str) -> None:
    run(seen("msw_gen_urban_t", "120", "2025-10"))
    (facts,) = conn.execute("select count(*) from mart.fact_indicator_value").fetchone() or (0,)
    joined = f"select count(*) from mart.fact_indicator_value as f join mart.{view} as l on l.code = f.{column}"
    assert (conn.execute(joined).fetchone() or (0,))[0] == facts > 0


def test_a_missing_value_is_not_a_zero(conn: Conn, run: Any) -> None:
    run(
        seen("msw_gen_urban_t", "10", "2024-Q1", area="B:040", form="F06"),
        seen("msw_col_urban_t", "4", "2024-Q1", area="B:040", form="F06"),
        seen("msw_gen_urban_t", "30", "2024-Q1", area="B:051", form="F06"),
        seen("msw_col_urban_t", None, "2024-Q1", area="B:051", form="F06"),
    )
    assert one(conn, "value, numerator, denominator", "wa_msw_urban_pct", "2024-Q1") == (40, 4, 10)


def test_the_share_of_a_province_comes_from_sums_and_not_from_the_average_of_its_districts(
    conn: Conn, run: Any
) -> None:
    # Simpson: each district improves from 2024-Q1 to Q2, the province falls, because waste moved to the worse district
    waste = {
        ("2024-Q1", "B:040"): ("90", "80"),
        ("2024-Q1", "B:051"): ("10", "1"),
        ("2024-Q2", "B:040"): ("10", "9"),
        ("2024-Q2", "B:051"): ("90", "18"),
    }
    made = [seen("msw_gen_rural_t", t, period, area=area, form="F06") for (period, area), (t, _) in waste.items()]
    collected = [seen("msw_col_rural_t", t, period, area=area, form="F06") for (period, area), (_, t) in waste.items()]
    run(*made, *collected)
    district = values(conn, "wa_msw_rural_pct", "B:051")
    assert district["2020", "2024-Q1"] == 10
    assert district["2020", "2024-Q2"] == 20
    province = values(conn, "wa_msw_rural_pct")
    assert (province["2020", "2024-Q1"], province["2020", "2024-Q2"]) == (81, 27)


def test_a_cluster_that_two_senders_report_is_counted_once_and_the_board_is_believed(conn: Conn, run: Any) -> None:
    place = {"area": "B:049", "item": "CCN01", "flow": "stock", "form": "F09"}
    answers = {"ban-quan-ly-khu-kinh-te": "1", "so-cong-thuong": "0"}
    run(
        *(seen("zone_total_n", "1", "2025-H1", department=sender, **place) for sender in answers),
        *(seen("zone_aware_n", aware, "2025-H1", department=sender, **place) for sender, aware in answers.items()),
    )
    assert one(conn, "value, numerator, denominator", "awr_zone_pct", "2025-H1") == (100, 1, 1)


def test_a_zone_that_has_not_reported_counts_as_not_yet_when_progress_is_assessed(conn: Conn, run: Any) -> None:
    place = {"area": "B:049", "flow": "stock", "form": "F09", "department": "ban-quan-ly-khu-kinh-te"}
    measures = ("zone_total_n", "zone_aware_n")
    run(*(seen(measure, "1", "2025-H2", item=zone, **place) for measure in measures for zone in ("CCN01", "CCN02")))
    found = one(conn, "value, progress, reporting_units_reported, reporting_units_expected", "awr_zone_pct", "2025-H2")
    assert found == (100, "off_track", 2, 10)


def test_the_base_of_the_outreach_share_is_10_districts_before_july_2025_and_56_communes_after(
    conn: Conn, run: Any
) -> None:
    place = {"flow": "period", "form": "F08", "department": "ubnd"}
    run(
        seen("outreach_event_n", "3", "2025-H1", area="B:040", **place),
        seen("outreach_event_n", "0", "2025-H1", area="B:051", **place),
        seen("outreach_event_n", "2", "2025-H2", area="C:01273", **place),
    )
    found = values(conn, "awr_unit_outreach_pct")
    assert found["2020", "2025"] == 10
    assert found["2025", "2025"] == Decimal("1.7857142857")
    assert one(conn, "value, derivation", "awr_unit_outreach_pct", "2024", "2025") == (None, "not_derivable")


def test_a_unit_is_reached_in_the_year_when_it_held_an_activity_in_either_half(conn: Conn, run: Any) -> None:
    place = {"area": "B:040", "flow": "period", "form": "F08", "department": "ubnd"}
    run(seen("outreach_event_n", "1", "2024-H1", **place), seen("outreach_event_n", "0", "2024-H2", **place))
    assert one(conn, "value, numerator", "awr_unit_outreach_pct", "2024") == (10, 1)


def test_a_stock_is_not_summed_over_time(conn: Conn, run: Any) -> None:
    place = {"area": "B:042", "item": "NM01", "flow": "stock", "form": "F11"}
    run(seen("re_capacity_mw", "20", "2024-01", **place), seen("re_capacity_mw", "24", "2024-02", **place))
    assert values(conn, "re_capacity_mw")["2020", "2024-Q1"] == 24


def test_population_of_the_old_and_the_new_map_is_not_added_in_the_year_of_the_reform(conn: Conn, run: Any) -> None:
    run(
        seen("hh_total_n", "100", "2025-Q2", area="B:040", flow="stock", form="F06"),
        seen("pv_hh_n", "5", "2025-06", area="B:040", flow="stock", form="F11"),
        seen("hh_total_n", "200", "2025-Q3", area="C:01273", flow="stock", form="F06"),
        seen("pv_hh_n", "20", "2025-09", area="C:01273", flow="stock", form="F11"),
    )
    assert one(conn, "value, numerator, denominator", "re_pv_hh_pct", "2025") == (10, 20, 200)


def test_output_of_a_facility_is_not_added_to_the_output_of_the_province(conn: Conn, run: Any) -> None:
    run(
        seen("use_coke_t", "50", "2024-Q1", area="B:051", item="CS02", form="F02"),
        seen("prod_pig_iron_t", "100", "2024-Q1", area="B:051", item="CS02", form="F02"),
        seen("prod_pig_iron_t", "999", "2024-Q1", item="PI", form="F01"),
    )
    assert one(conn, "value, denominator", "eff_coke_int_iron", "2024-Q1") == (500, 100)


def test_a_quarter_of_energy_is_not_divided_by_a_month_of_output(conn: Conn, run: Any) -> None:
    run(
        seen("use_elec_kwh", "1000", "2024-Q1", area="B:051", item="CS02", form="F02"),
        seen("ind_output_bvnd", "5", "2024-01", item="GO", form="F01"),
    )
    assert one(conn, "value, progress, method", "eff_toe_per_output", "2024") == (None, "no_data", "days_differ")


def test_a_year_to_date_value_stands_in_for_missing_months(conn: Conn, run: Any) -> None:
    place = {"item": "GO", "form": "F01"}
    run(
        *(seen("use_elec_kwh", "1000", f"2024-Q{q}", area="B:051", item="CS02", form="F02") for q in range(1, 5)),
        seen("ind_output_bvnd", "5", "2024-01", **place),
        Seen("ind_output_bvnd", Decimal(60), (date(2024, 1, 1), date(2024, 12, 31)), flow="ytd", status="E", **place),
    )
    assert one(conn, "denominator, coverage", "eff_toe_per_output", "2024")[0] == 60


def test_reduction_over_products_compares_with_the_use_at_baseline_intensity(
    conn: Conn, run: Any, catalog: Catalog
) -> None:
    # baseline: iron 1 TOE/t, noodles 4 TOE/t. 2025: 90 TOE for 100 t and 190 TOE for 50 t: 280 against 100 + 200
    iron = {"area": "B:051", "item": "CS02", "form": "F02"}
    noodles = {"area": "B:052", "item": "CS10", "form": "F02"}
    run(
        seen("use_lpg_t", "1000", "2024-Q1", **iron),
        seen("prod_pig_iron_t", "1090", "2024-Q1", **iron),
        seen("use_lpg_t", "800", "2024-Q1", **noodles),
        seen("prod_starch_noodle_t", "218", "2024-Q1", **noodles),
        seen("use_lpg_t", "9000", "2025-Q1", **iron),
        seen("prod_pig_iron_t", "10900", "2025-Q1", **iron),
        seen("use_lpg_t", "19000", "2025-Q1", **noodles),
        seen("prod_starch_noodle_t", "5450", "2025-Q1", **noodles),
        using=with_baseline(catalog, 2024),
    )
    found = one(conn, "round(value, 6), baseline_value, baseline_year, baseline_version", "eff_red_overall_pct", "2025")
    assert found == (Decimal("6.666667"), 0, 2024, 2)
    steel = values(conn, "eff_red_overall_pct", series="steel")["2025", "2025"]
    agro = values(conn, "eff_red_overall_pct", series="agro_forestry")["2025", "2025"]
    assert (round(steel, 6), round(agro, 6)) == (10, 5)


def test_without_a_baseline_year_there_is_no_reduction_and_the_reason_is_said(conn: Conn, run: Any) -> None:
    place = {"area": "B:051", "item": "CS02", "form": "F02"}
    run(seen("use_lpg_t", "5", "2024-Q1", **place), seen("prod_pig_iron_t", "9", "2024-Q1", **place))
    assert one(conn, "value, progress, method", "eff_red_overall_pct", "2024") == (None, "no_data", "no_baseline")
    note = conn.execute(
        "select footnote_vi from mart.indicator_history where indicator_code = 'eff_red_overall_pct'"
        " and period = '2024' and geography = '2020' and series_code = 'total'"
    )
    assert note.fetchall() == [("Thiếu số liệu năm gốc 2020",)]


def test_bags_are_compared_over_the_same_stores_and_months(conn: Conn, run: Any, catalog: Catalog) -> None:
    place = {"area": "B:040", "form": "F05"}
    run(
        seen("bag_plastic_n", "100", "2024-01", item="ST01", **place),
        seen("bag_plastic_n", "500", "2024-02", item="ST01", **place),
        seen("bag_plastic_n", "80", "2025-01", item="ST01", **place),
        seen("bag_plastic_n", "70", "2025-01", item="ST02", **place),
        using=with_baseline(catalog, 2024),
    )
    assert one(conn, "value, numerator, denominator", "tr_bag_red_pct", "2025") == (20, 80, 100)


@pytest.mark.parametrize(
    ("eco", "period", "progress"),
    [
        (7, "2024", "met"),
        (6, "2024", "on_track"),
        (5, "2024", "off_track"),
        (7, "2025", "met"),
        (6, "2025", "off_track"),
    ],
)
def test_progress_follows_the_line_from_2020_to_the_target_and_is_strict_at_its_end(
    conn: Conn, run: Any, eco: int, period: str, progress: str
) -> None:
    stores = ("ST01", "ST02", "ST03", "ST04", "ST05", "ST06", "TT01")
    place = {"area": "B:040", "flow": "stock", "form": "F04"}
    run(
        *(seen("store_total_n", "1", f"{period}-Q2", item=store, **place) for store in stores),
        *(
            seen("store_eco_n", str(int(n < eco)), f"{period}-Q2", item=store, **place)
            for n, store in enumerate(stores)
        ),
    )
    assert one(conn, "progress", "tr_eco_pack_pct", period) == (progress,)


def test_after_the_plan_has_ended_its_targets_do_not_apply(conn: Conn, run: Any) -> None:
    place = {"area": "C:01273", "item": "ST01", "flow": "stock", "form": "F04"}
    run(seen("store_total_n", "1", "2026-Q1", **place), seen("store_eco_n", "1", "2026-Q1", **place))
    assert one(conn, "progress, target_low", "tr_eco_pack_pct", "2026-Q1", "2025") == ("not_applicable", None)


def test_a_revision_closes_the_old_value_and_both_states_can_be_read(
    conn: Conn, run: Any, settings: Settings, catalog: Catalog
) -> None:
    place = {"area": "B:040", "form": "F08", "department": "ubnd"}
    (old,) = put(conn, [seen("contest_n", "2", "2024-H1", **place)])
    compute(conn, catalog, settings)
    moment = conn.execute("select ops.next_moment()").fetchone()
    close(conn, old)
    run(seen("contest_n", "3", "2024-H1", **place))
    asof = (
        "select value from mart.indicator_value_asof(%s)"
        " where indicator_code = 'awr_contest_n' and period = '2024' and area_code = 'ALL:04' and geography = '2020'"
    )
    assert conn.execute(asof, moment).fetchall() == [(2,)]
    assert one(conn, "value", "awr_contest_n", "2024") == (3,)
    kept = conn.execute(
        "select count(*) from core.indicator_value where indicator_code = 'awr_contest_n' and known_to is not null"
        " and period_code = '2024' and area_code = 'ALL:04' and value is not null"
    ).fetchone()
    assert kept == (2,)


def test_when_its_observation_is_withdrawn_an_indicator_says_no_data_again(
    conn: Conn, run: Any, settings: Settings, catalog: Catalog
) -> None:
    ids = put(conn, [seen("contest_n", "2", "2024-H1", area="B:040", form="F08", department="ubnd")])
    compute(conn, catalog, settings)
    close(conn, ids[0])
    compute(conn, catalog, settings)
    assert one(conn, "value, progress", "awr_contest_n", "2024") == (None, "no_data")
    assert one(conn, "value", "awr_contest_n", "2024", area="B:040") is None


def test_only_indicators_and_periods_that_a_change_touches_are_computed(conn: Conn, run: Any) -> None:
    run(seen("contest_n", "2", "2024-H1", area="B:040", form="F08", department="ubnd"))
    touched = run(seen("contest_n", "1", "2024-H1", area="B:051", form="F08", department="ubnd"))
    assert touched.scope_count == 1
    assert run().scope_count == 0


def test_a_result_that_fails_its_suite_keeps_the_last_published_state_and_the_others_go_on(
    conn: Conn, run: Any, settings: Settings, catalog: Catalog
) -> None:
    place = {"area": "B:040", "form": "F06", "unit": "tấn"}
    run(seen("msw_gen_urban_t", "10", "2024-Q1", **place), seen("msw_col_urban_t", "9", "2024-Q1", **place))
    close(conn, newest(conn, "msw_col_urban_t"))
    done = run(
        seen("msw_col_urban_t", "90", "2024-Q1", **place),
        seen("contest_n", "2", "2024-H1", area="B:040", form="F08", department="ubnd"),
    )
    assert done.state == "partly"
    assert "IND-SHARE" in str(done.reason)
    assert one(conn, "value", "wa_msw_urban_pct", "2024-Q1") == (90,)
    assert one(conn, "value", "awr_contest_n", "2024") == (2,)
    bad = conn.execute("select observation_id from core.observation where value = 90").fetchone()
    assert bad
    close(conn, bad[0])
    assert run(seen("msw_col_urban_t", "8", "2024-Q1", **place)).state == "published"
    assert one(conn, "value", "wa_msw_urban_pct", "2024-Q1") == (80,)
    assert conn.execute("select count(*) from ops.held_back").fetchone() == (0,)


def test_what_is_held_back_is_judged_again_when_its_values_or_its_judges_change_and_not_by_every_computation(
    run: Any, conn: Conn, settings: Settings, catalog: Catalog, tmp_path: Path
) -> None:
    place = {"area": "B:040", "form": "F06", "unit": "tấn"}
    run(seen("msw_gen_urban_t", "10", "2024-Q1", **place), seen("msw_col_urban_t", "90", "2024-Q1", **place))
    held = "select indicator_code, period_code from ops.held_back order by 1, 2"
    wrong = [("wa_msw_urban_pct", "2024"), ("wa_msw_urban_pct", "2024-Q1")]
    assert conn.execute(held).fetchall() == wrong
    assert run().scope_count == 0
    other = run(seen("contest_n", "2", "2024-H1", area="B:040", form="F08", department="ubnd"))
    assert (other.state, other.scope_count) == ("published", 1)
    assert conn.execute(held).fetchall() == wrong
    by_name = run(periods=["2024-Q1"])
    assert by_name.state == "partly"
    assert conn.execute(held).fetchall() == wrong
    suites = tmp_path / "expectations"
    shutil.copytree(settings.expectations, suites)
    with (suites / "indicators.json").open("a") as suite:
        suite.write("\n")
    again = compute(conn, catalog, replace(settings, expectations=suites))
    assert (again.state, again.scope_count) == ("partly", 2)
    close(conn, newest(conn, "msw_col_urban_t"))
    run(seen("msw_col_urban_t", "8", "2024-Q1", **place))
    assert conn.execute(held).fetchall() == []
    assert one(conn, "value", "wa_msw_urban_pct", "2024") == (80,)


def test_a_store_of_a_commune_is_placed_in_its_old_district_exactly_because_the_register_knows_it(
    conn: Conn, run: Any
) -> None:
    place = {"area": "C:01273", "item": "ST01", "flow": "stock", "form": "F04"}
    run(seen("store_total_n", "1", "2025-Q3", **place), seen("store_eco_n", "1", "2025-Q3", **place))
    assert one(conn, "value, derivation", "tr_eco_pack_pct", "2025-Q3", "2020", "B:040") == (100, "exact")


def test_waste_of_a_commune_that_straddles_old_districts_is_estimated_there_and_keeps_its_sum(
    conn: Conn, run: Any
) -> None:
    place = {"area": "C:01273", "form": "F06"}
    run(seen("plastic_gen_t", "10", "2025-Q3", **place), seen("plastic_rec_t", "7", "2025-Q3", **place))
    parts = [
        one(conn, "numerator, derivation, obs_status", "wa_plastic_rec_pct", "2025-H2", "2020", district)
        for district in ("B:040", "B:051")
    ]
    assert [part[1:] for part in parts] == [("estimated", "E")] * 2
    assert sum(part[0] for part in parts) == 7


def test_a_total_of_an_old_district_cannot_be_shown_for_new_communes(conn: Conn, run: Any) -> None:
    place = {"area": "B:040", "form": "F06"}
    run(seen("plastic_gen_t", "10", "2025-Q2", **place), seen("plastic_rec_t", "7", "2025-Q2", **place))
    found = one(conn, "value, derivation, progress", "wa_plastic_rec_pct", "2025-H1", "2025", "C:01273")
    assert found == (None, "not_derivable", "not_applicable")


def test_a_value_for_a_district_and_values_for_its_communes_are_not_added(conn: Conn, run: Any) -> None:
    run(
        seen("contest_n", "5", "2024-H1", area="B:040", form="F08", department="ubnd"),
        seen("contest_n", "2", "2024-H1", area="B:01267", form="F08", department="ubnd"),
    )
    assert one(conn, "value", "awr_contest_n", "2024") == (5,)
    assert one(conn, "value", "awr_contest_n", "2024", area="B:01267") == (2,)


def test_every_value_names_the_observations_it_uses(conn: Conn, run: Any, settings: Settings, catalog: Catalog) -> None:
    ids = put(conn, [seen("contest_n", "5", "2024-H1", area="B:040", form="F08", department="ubnd")])
    compute(conn, catalog, settings)
    edges = conn.execute(
        "select observation_id, role from mart.lineage"
        " where indicator_code = 'awr_contest_n' and period = '2024' and area_code = 'ALL:04' and geography = '2025'"
    )
    assert edges.fetchall() == [(ids[0], "numerator")]


def test_the_share_of_the_output_that_reporting_facilities_make_stands_beside_their_use(conn: Conn, run: Any) -> None:
    run(
        seen("prod_pig_iron_t", "60", "2024-Q1", area="B:051", item="CS02", form="F02"),
        *(seen("prod_pig_iron_t", "25", f"2024-0{month}", item="PI", form="F01") for month in (1, 2, 3)),
        seen("prod_pig_iron_t", "70", "2024-Q2", area="B:051", item="CS02", form="F02"),
        seen("prod_pig_iron_t", "25", "2024-04", item="PI", form="F01"),
    )
    rows = conn.execute("select period, facility_value, province_value, share from mart.measure_share order by period")
    assert rows.fetchall() == [("2024-Q1", 60, 75, Decimal("0.8")), ("2024-Q2", 70, None, None)]


def test_a_value_says_which_share_of_the_output_it_covers(conn: Conn, run: Any) -> None:
    made = {"area": "B:051", "item": "CS02", "form": "F02"}
    run(
        *(seen("use_coke_t", "30", f"2024-Q{quarter}", **made) for quarter in (1, 2)),
        seen("prod_pig_iron_t", "60", "2024-Q1", **made),
        *(seen("prod_pig_iron_t", "25", f"2024-0{month}", item="PI", form="F01") for month in (1, 2, 3)),
        seen("prod_pig_iron_t", "70", "2024-Q2", **made),
        seen("prod_pig_iron_t", "25", "2024-04", item="PI", form="F01"),
    )
    rows = conn.execute(
        "select area_code, period, value, measure_share from mart.indicator_value"
        " where indicator_code = 'eff_coke_int_iron' and geography = '2025' and value is not null and frequency = 'Q'"
        " and area_code in ('ALL:04', 'C:01273') order by period"
    ).fetchall()
    assert [(area, period, share) for area, period, _, share in rows if area == "ALL:04"] == [
        ("ALL:04", "2024-Q1", Decimal("0.8")),
        ("ALL:04", "2024-Q2", None),
    ]
    assert all(share is None for area, _, _, share in rows if area != "ALL:04")


def test_every_view_and_column_of_indicators_is_commented_in_both_languages(conn: Conn) -> None:
    bare = conn.execute(
        "select c.relname, a.attname from pg_class as c"
        " join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
        " where c.relnamespace = 'mart'::regnamespace and c.relkind = 'v'"
        " and coalesce(col_description(c.oid, a.attnum), '') not like '% / %'"
    ).fetchall()
    assert bare == []


def test_a_warehouse_without_any_data_can_be_published(settings: Settings, catalog: Catalog) -> None:
    published = publish(settings, catalog)
    assert published.value_count == 0
    assert "I. Kết quả thực hiện các mục tiêu" in published.report.read_text(encoding="utf-8")
