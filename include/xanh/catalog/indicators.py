"""The models of indicators/*.yaml: what an indicator means, how it may be added up, and what it is measured against."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from xanh.catalog.factors import Exact
from xanh.catalog.strict import Entry
from xanh.catalog.values import Dated, Status

Kind = Literal["sum", "ratio", "intensity", "reduction", "change"]
"""sum: weighted components added. ratio: sum over sum. intensity: ratio within one product. reduction: 1 - actual use /
(baseline intensity x current output). change: against the same units and months of the baseline year."""
OverTime = Literal["sum", "last", "max", "distinct", "days"]
"""sum: flows. last: stocks. max: yes if once yes. distinct: without repeats, so only as reported. days: stock x days."""
Rule = Literal["sum", "last", "max", "recompute", "average", "refuse"]
"""How values of the indicator may be combined. recompute: from summed numerators and denominators."""
Frequency = Literal["month", "quarter", "half", "year"]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Component(Entry):
    """One measure in the numerator or denominator."""

    measure: Code
    over_time: OverTime
    factor: str | None = None
    """A weight of `weights`, where the measure has to be converted before it is added."""


class Aggregation(Entry):
    """What may be done with values of the indicator, in each direction."""

    time: Rule
    areas: Rule
    items: Rule


class Target(Entry):
    """A dated target. An interval is met at its lower end; `high` says how far it reaches."""

    by: date
    operator: Literal[">=", "<=", "between"]
    low: Exact | None = None
    high: Exact | None = None
    unit: str
    text_vi: str
    source: str
    status: Status
    path_from: date
    """Where the path to the target begins."""
    path_value: Exact
    """The value at that day."""


class NationalTarget(Entry):
    """A target of the national programme, beside which the province's own stands. Not always the same quantity."""

    year: int
    low: Exact | None = None
    high: Exact | None = None
    unit: str | None = None
    text_vi: str
    is_comparable: bool
    """Whether the same quantity is counted: a share of provinces is not a share of districts."""
    source: str
    status: Status


class Units(Entry):
    """Who is expected to report: every area in force, the items of a register, whoever did, or one sender."""

    by: Literal["areas", "register", "observed", "single"]
    registers: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


class SmallCount(Entry):
    """Protection of single units: below `threshold` units a value is marked, or not shown."""

    threshold: Annotated[int, Field(ge=0)]
    action: Literal["mark", "suppress"]


class Indicator(Entry):
    """One indicator of the plan's catalogue."""

    code: Code
    name_vi: str
    name_en: str
    tier: Literal["core", "standard", "extended"]
    unit: str
    definition_vi: str
    definition_en: str
    kind: Kind
    numerator: tuple[Component, ...]
    denominator: tuple[Component, ...] = ()
    multiplier: Exact = Decimal(1)
    match: Literal["none", "cell", "area"] = "none"
    """Numerator and denominator only from the same unit and period (cell), the same area (area), or each for itself."""
    series: Literal["none", "product", "sector", "item"] = "none"
    has_total: bool = True
    """False where the values of the series cannot be combined into one."""
    counts_areas: bool = False
    """The units counted are the areas themselves, so that each geography has its own base."""
    is_share: bool = False
    """Cannot pass 100 %."""
    is_register: bool = False
    """A unit that has not reported counts as not yet, when progress is assessed."""
    direction: Literal["increase", "decrease", "monitor"]
    aggregation: Aggregation
    disaggregation: tuple[str, ...]
    frequency: tuple[Frequency, ...]
    units: Units
    reporters_vi: str
    plan_sentence: str
    legal_source: str
    sdg: tuple[str, ...]
    source: Literal["form", "planned_form", "none_yet"]
    """form: some form brings the measures. planned_form: it is designed, not sent yet. none_yet: nobody collects it."""
    minimum_coverage: Exact
    small_count: SmallCount
    targets: tuple[Target, ...] = ()
    national: tuple[NationalTarget, ...] = ()
    status_definition: Status
    status_target: Literal["VERIFIED", "ASSUMED", "none"]
    note: str | None = None

    @property
    def components(self) -> tuple[tuple[str, Component], ...]:
        """Each component with its role."""
        return tuple(("numerator", c) for c in self.numerator) + tuple(("denominator", c) for c in self.denominator)


class Theme(Entry):
    """A file of indicators: one part of the plan."""

    theme: Code
    name_vi: str
    name_en: str
    indicators: tuple[Indicator, ...]


class Geography(Dated):
    """An administrative map that a series can be shown in."""

    code: str
    vintage: str
    unit_level: Literal["district", "commune"]
    """The level that reports and is counted."""
    name_vi: str
    name_en: str


class Weight(Dated):
    """A dated factor that converts a measure before it is added."""

    code: Code
    value: Exact
    per: str
    """The canonical unit of the measures it applies to."""
    unit: str
    is_estimate: bool = False
    source: str
    status: Status
    note: str | None = None


class Derived(Entry):
    """A measure that the warehouse derives: yes when another is positive, or one for each area in force."""

    measure: Code
    rule: Literal["positive", "areas"]
    source: Code | None = None
    note: str | None = None


class Authority(Entry):
    """Which forms count for a measure that several bring, in a role; and whose word goes first."""

    measures: tuple[Code, ...]
    forms: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    """Only for indicators of these kinds; empty for all."""
    senders: tuple[str, ...] = ()
    """Department codes; the first that has a value for the same item, area and period is counted, once."""
    note: str


class Sector(Entry):
    """A sector of the plan and the product measures in it."""

    code: Code
    name_vi: str
    name_en: str
    is_named_in_plan: bool
    products: tuple[Code, ...]
    indicators: tuple[Code, ...] = ()
    """Reduction indicators whose total contains this sector."""


class Baseline(Entry):
    """The year that reductions are measured against: the plan names none, so it is a visible, versioned parameter."""

    year: int
    version: int
    status: Status
    note: str


class Parameters(Entry):
    """The file parameters.yaml: what holds for every indicator."""

    plan_code: str
    plan_name_vi: str
    programme: str
    plan_start: date
    plan_end: date
    baseline: Baseline
    on_track_tolerance: Exact
    """Share of the path's value that still counts as on track."""
    province_level: Literal["province"]
    geographies: tuple[Geography, ...]
    weights: tuple[Weight, ...]
    derived: tuple[Derived, ...]
    authorities: tuple[Authority, ...]
    sectors: tuple[Sector, ...]
    sentences: Mapping[str, str]

    @model_validator(mode="after")
    def _starts_before_it_ends(self) -> Self:
        if self.plan_end < self.plan_start:
            raise ValueError("plan_end is before plan_start")
        return self
