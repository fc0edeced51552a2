"""Charts of the report as static SVG: they work offline, in print, and need no script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import altair as alt

from xanh.catalog.reports import ChartedSeries
from xanh.publishing import words
from xanh.publishing.facts import Facts, Row

INK, QUIET, GOOD, FAIR, BAD, EMPTY = "#1f2933", "#7b8794", "#2f855a", "#d69e2e", "#c05621", "#e4e7eb"
COLOURS = {"met": GOOD, "on_track": FAIR, "off_track": BAD, "no_data": EMPTY, "not_applicable": EMPTY}
DELIVERY = {"on_time": GOOD, "late": FAIR, "missing": BAD, "nil": "#a3bfa8", "exempt": EMPTY}
FONT = "Arial, Liberation Sans, DejaVu Sans, sans-serif"


def svg(chart: alt.TopLevelMixin) -> str:
    """The chart drawn, as an SVG element."""
    import vl_convert

    configured = chart.configure(font=FONT, background="white").configure_view(stroke=None)
    return str(vl_convert.vegalite_to_svg(configured.to_dict()))


def _data(values: Sequence[Mapping[str, Any]]) -> Any:
    return alt.Data(values=list(values))  # type: ignore[no-untyped-call]


def targets_chart(lines: Sequence[Row]) -> str | None:
    """How far each target has come: the bar is the value, the mark the target, as a share of the target."""
    data = [_target_bar(number, row) for number, row in enumerate(lines, 1)]
    base = alt.Chart(_data(data)).encode(
        y=alt.Y(
            "name:N",
            sort=None,
            title=None,
            axis=alt.Axis(labelLimit=460, labelFontSize=13, labelPadding=8, ticks=False, domain=False),
        )
    )
    track = base.mark_bar(color="#f1f3f5", height=16).encode(x=alt.X("full:Q"))
    bars = base.mark_bar(height=16).encode(
        x=alt.X(
            "reached:Q",
            title="% của mục tiêu",
            scale=alt.Scale(domain=[0, 115]),
            axis=alt.Axis(values=[0, 25, 50, 75, 100], grid=False),
        ),
        color=alt.Color("progress:N", scale=_scale(COLOURS, words.PROGRESS), legend=_legend()),
    )
    goal = base.mark_tick(color=INK, thickness=2, height=22).encode(x="goal:Q")
    text = base.mark_text(align="left", dx=4, fontSize=12, color=INK).encode(x="label_at:Q", text="label:N")
    return svg((track + bars + goal + text).properties(width=560, height=36 * len(data)))


def _target_bar(number: int, row: Row) -> dict[str, Any]:
    goal = row["target_low"] if row["target_low"] is not None else row["target_high"]
    value = row["value"]
    reached = 0.0 if value is None or not goal else max(0.0, min(1.12, float(value / goal))) * 100
    label = f"{words.number(value)} {row['unit_code']}" if value is not None else "chưa đủ số liệu"
    return {
        "name": f"{number}. {_short(row['target_vi'], 62)}",
        "reached": reached,
        "full": 100,
        "goal": 100,
        "label": label,
        "label_at": max(reached, 0),
        "progress": words.PROGRESS[row["progress"] or "no_data"],
    }


def series_chart(facts: Facts, wanted: Sequence[ChartedSeries]) -> str | None:
    """Province series over time: estimates are hollow, the line breaks where the administrative map changed."""
    starts = sorted(g["valid_from"] for g in facts["geography"] if g["valid_from"])[1:]
    span = _span(facts, wanted)
    panels = [panel for one in wanted if (panel := _series_panel(facts, one, starts, span)) is not None]
    if not panels:
        return None
    rows = [alt.hconcat(*panels[n : n + 2], spacing=40) for n in range(0, len(panels), 2)]
    return svg(alt.vconcat(*rows, spacing=26).resolve_scale(color="shared"))


def _span(facts: Facts, wanted: Sequence[ChartedSeries]) -> tuple[str, str]:
    ends = [row["period_end"] for one in wanted for row in _shown(facts, one) if row["value"] is not None]
    return (min(ends).isoformat(), max(ends).isoformat()) if ends else ("", "")


def _series_panel(facts: Facts, one: ChartedSeries, breaks: Sequence[date], span: tuple[str, str]) -> Any:
    provinces = {row["code"] for row in facts["area"] if row["level"] == "province"}
    points = [
        {
            "end": row["period_end"].isoformat(),
            "value": float(row["value"]),
            "status": "Chính thức" if row["obs_status"] == "A" else "Ước tính",
            "map": sum(row["period_start"] >= day for day in breaks),
        }
        for row in _shown(facts, one)
        if row["area_code"] in provinces and row["value"] is not None
    ]
    unique = list({point["end"]: point for point in points}.values())
    if len(unique) < 2:
        return None
    indicator = next(row for row in facts["indicator"] if row["code"] == one.indicator)
    base = alt.Chart(_data(unique)).encode(
        x=alt.X(
            "end:T",
            title=None,
            scale=alt.Scale(domain=list(span)),
            axis=alt.Axis(format="%m/%Y", labelAngle=0, grid=False, tickCount=6),
        ),
        y=alt.Y("value:Q", title=indicator["unit_code"], scale=alt.Scale(zero=True), axis=alt.Axis(tickCount=4)),
    )
    line = base.mark_line(color=GOOD, strokeWidth=2).encode(detail="map:N")
    dots = base.mark_point(size=55, strokeWidth=2, opacity=1).encode(
        color=alt.value(GOOD),
        fill=alt.Fill(
            "status:N",
            title="Tình trạng",
            scale=alt.Scale(domain=["Chính thức", "Ước tính"], range=[GOOD, "white"]),
            legend=_legend(),
        ),
    )
    rules = alt.Chart(_data([{"day": day.isoformat()} for day in breaks])).mark_rule(color=QUIET, strokeDash=[4, 3])
    layers = alt.layer(rules.encode(x="day:T"), line, dots)
    return layers.properties(width=430, height=165, title=_title(indicator["name_vi"]))


def _shown(facts: Facts, one: ChartedSeries) -> list[Row]:
    return [
        row
        for row in facts["value"]
        if (row["indicator_code"], row["frequency"], row["series_code"]) == (one.indicator, one.frequency, "total")
    ]


def tiles_chart(facts: Facts, one: ChartedSeries) -> str | None:
    """The areas of each map as tiles, in the order of the list of areas, with the newest value on that map."""
    panels = [panel for g in facts["geography"] if (panel := _tiles(facts, one, g)) is not None]
    if not panels:
        return None
    return svg(alt.vconcat(*panels, spacing=26))


def _tiles(facts: Facts, one: ChartedSeries, geography: Mapping[str, Any]) -> Any:
    last = geography["valid_to"]
    levels = {row["code"]: row for row in facts["area"] if row["level"] != "province"}
    known = [
        row
        for row in _shown(facts, one)
        if row["geography"] == geography["code"]
        and row["area_code"] in levels
        and row["derivation"] == "exact"
        and (last is None or row["period_end"] <= last)
    ]
    if not known:
        return None
    newest = max(row["period_end"] for row in known)
    rows = [row for row in known if row["period_end"] == newest]
    rows.sort(key=lambda row: (levels[row["area_code"]]["sort_order"], row["area_code"]))
    wide = 9
    data = [_tile(n, row, levels, wide) for n, row in enumerate(rows)]
    indicator = next(row for row in facts["indicator"] if row["code"] == one.indicator)
    base = alt.Chart(_data(data)).encode(
        x=alt.X("column:O", axis=None), y=alt.Y("row:O", axis=None)
    )  # fmt: skip
    boxes = base.mark_rect(stroke="white", strokeWidth=3).encode(
        color=alt.Color(
            "value:Q",
            title=indicator["unit_code"],
            scale=alt.Scale(scheme="greens", domain=[0, 100] if indicator["unit_code"] == "%" else alt.Undefined),
            legend=alt.Legend(orient="right", gradientLength=90, labelFontSize=11),
        )
    )
    names = base.mark_text(dy=-7, fontSize=11, limit=84).encode(text="name:N", color=_on_tile())
    values = base.mark_text(dy=9, fontSize=12, fontWeight="bold").encode(text="label:N", color=_on_tile())
    height = 46 * (1 + (len(data) - 1) // wide)
    title = f"{geography['name_vi']} - {words.period(rows[0]['period'])}"
    ground = base.mark_rect(color=EMPTY, stroke="white", strokeWidth=3)
    return (ground + boxes + names + values).properties(width=90 * wide, height=height, title=_title(title, 130))


def _on_tile() -> Any:
    return alt.condition("datum.value > 60", alt.value("white"), alt.value(INK))


def _tile(n: int, row: Row, levels: Mapping[str, Row], wide: int) -> dict[str, Any]:
    value: Decimal | None = row["value"]
    return {
        "column": n % wide,
        "row": n // wide,
        "name": levels[row["area_code"]]["short_name"],
        "value": None if value is None else float(value),
        "label": words.number(value),
    }


def deliveries_chart(rows: Sequence[Row]) -> str | None:
    """Reports due by sender and state."""
    if not rows:
        return None
    counted: dict[tuple[str, str], int] = {}
    for row in rows:
        group = str(row["group_name"])
        counted[group, row["state"]] = counted.get((group, row["state"]), 0) + row["report_count"]
    order = list(DELIVERY)
    data = [
        {"sender": sender, "state": words.STATES[state], "count": count, "order": order.index(state)}
        for (sender, state), count in counted.items()
    ]
    senders = list(dict.fromkeys(sender for sender, _ in counted))
    chart = (
        alt.Chart(_data(data))
        .mark_bar(height=18)
        .encode(
            y=alt.Y("sender:N", sort=senders, title=None, axis=alt.Axis(labelLimit=320, labelFontSize=12)),
            x=alt.X("count:Q", title="Tỷ lệ báo cáo", stack="normalize", axis=alt.Axis(format=".0%", tickCount=5)),
            color=alt.Color("state:N", scale=_scale(DELIVERY, words.STATES), legend=_legend()),
            order=alt.Order("order:Q"),
        )
    )
    return svg(chart.properties(width=620, height=30 * len(senders)))


def _scale(colours: Mapping[str, str], names: Mapping[str, str]) -> alt.Scale:
    return alt.Scale(domain=[names[key] for key in colours], range=list(colours.values()))


def _legend() -> alt.Legend:
    return alt.Legend(orient="bottom", title=None, labelFontSize=12, symbolType="square", columns=5)


def _title(text: str, width: int = 66) -> alt.TitleParams:
    lines, line = [], ""
    for word in text.split():
        if len(line) + len(word) > width:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return alt.TitleParams([*lines, line], anchor="start", fontSize=12, color=INK, fontWeight="bold")


def _short(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1].rsplit(' ', 1)[0]}…"
