"""Cross-checks of the forms: measures, units, registers and areas that they name exist and fit; every measure has a
home."""

from __future__ import annotations

from collections.abc import Iterator

from xanh.catalog.codelists import FACTS
from xanh.catalog.forms import Emission, Fact, Form, FormTable, Layout
from xanh.catalog.loader import Catalog
from xanh.catalog.objections import forms_of_measures, objections
from xanh.codes import units


def form_problems(catalog: Catalog) -> Iterator[str]:
    """One sentence a problem."""
    for form in catalog.forms.forms.values():
        for layout in form.layouts:
            for table in layout.tables:
                yield from _table(catalog, f"forms/{form.code}: {layout.code}: {table.code}", table)
        yield from _editions(form)
        yield from _senders(catalog, form)
    yield from _homeless(catalog)


def _table(catalog: Catalog, where: str, table: FormTable) -> Iterator[str]:
    for rule in table.rows.items:
        for register in filter(None, (rule.item_register, rule.suffix_register)):
            if register not in catalog.registers:
                yield f"{where}: {register!r} is no register"
        for fact in rule.facts:
            yield from _fact(catalog, where, table, fact)
    for place in table.rows.areas:
        if place.area is not None and place.area not in catalog.areas:
            yield f"{where}: {place.area!r} is no area"
    for column in table.columns:
        if column.unit is not None and units.resolve(catalog, column.unit).unit is None:
            yield f"{where}: {column.code}: {column.unit!r} is no unit"
    for line in table.rows.lines:
        if line.measure is not None:
            yield from _fits(catalog, f"{where}: line {line.code}", line.measure, line.unit)
    for emission in table.observations:
        yield from _emission(catalog, where, table, emission)


def _fact(catalog: Catalog, where: str, table: FormTable, fact: Fact) -> Iterator[str]:
    """A number is compared as the suites see it: in the unit of the column's measure, which must be that of the register."""
    wanted = FACTS.get(fact.attribute)
    measures = {each.measure for each in table.observations if fact.column in each.columns} & catalog.measures.keys()
    stated = {table.column(fact.column).unit, *(catalog.measures[code].canonical_unit for code in measures)}
    if wanted is None:
        yield f"{where}: {fact.attribute!r} is no number of a register ({', '.join(FACTS)})"
    elif stated != {wanted}:
        yield f"{where}: {fact.column} must be in {wanted}, as {fact.attribute} of the register is"


def _emission(catalog: Catalog, where: str, table: FormTable, emission: Emission) -> Iterator[str]:
    if emission.measure in ("line", "item"):
        return
    unit = (
        table.column(emission.columns[0]).unit if emission.value == "number" and emission.unit_column is None else None
    )
    name = f"{where}: {'+'.join(emission.columns)}"
    yield from _fits(catalog, name, emission.measure, unit)
    kind = catalog.measures[emission.measure].kind if emission.measure in catalog.measures else None
    if kind is not None and emission.flow != "plan" and (emission.flow == "stock") != (kind in ("stock", "status")):
        yield f"{name}: {emission.measure!r} is a {kind} in measures.csv, and its flow here is {emission.flow!r}"
    if emission.opening is not None:
        yield from _opening(catalog, where, table, emission, emission.opening)


def _opening(catalog: Catalog, where: str, table: FormTable, emission: Emission, opening: str) -> Iterator[str]:
    unit = catalog.measures[emission.measure].canonical_unit if emission.measure in catalog.measures else None
    stated = table.column(opening).unit
    if emission.flow != "stock" or len(emission.columns) != 1:
        yield f"{where}: only a stock of one column has an opening"
    elif stated is None or units.resolve(catalog, stated).unit != catalog.units.get(unit or ""):
        yield f"{where}: the opening {opening!r} of {emission.measure} must be in {unit}"


def _fits(catalog: Catalog, where: str, code: str, unit: str | None) -> Iterator[str]:
    measure = catalog.measures.get(code)
    if measure is None:
        yield f"{where}: {code!r} is no measure of measures.csv"
    elif unit is not None:
        step = units.factor_of(catalog, units.resolve(catalog, unit), measure)
        if isinstance(step, units.Incompatible) and step.why != "rate_without_period":
            yield f"{where}: the unit {unit!r} does not fit {code} ({step.why})"


def _editions(form: Form) -> Iterator[str]:
    codes = [layout.code for layout in form.layouts]
    if len(set(codes)) != len(codes):
        yield f"forms/{form.code}: two layouts have one code"


def _senders(catalog: Catalog, form: Form) -> Iterator[str]:
    allowed = {code for code, sender in catalog.departments.items() if any(r.form == form.code for r in sender.reports)}
    for sender in form.departments:
        codes = (
            {code for code in catalog.departments if code.startswith(sender[:-1])} if sender.endswith("*") else {sender}
        )
        unknown = codes - catalog.departments.keys()
        yield from (f"forms/{form.code}: {code!r} is no department" for code in sorted(unknown))
        yield from (
            f"forms/{form.code}: departments.yaml does not let {code} report it (its line is missing under reports)"
            for code in sorted(codes - allowed - unknown)
        )


def measures_of(layout: Layout) -> frozenset[str]:
    """The measures that the tables of an edition can give, those of items not among them."""
    found: set[str] = set()
    for table in layout.tables:
        found |= {emission.measure for emission in table.observations} - {"line", "item"}
        found |= {line.measure for line in table.rows.lines if line.measure}
    return frozenset(found)


def _homeless(catalog: Catalog) -> Iterator[str]:
    """Measures that no form gives and no form says why; those without source form come from the warehouse itself."""
    homes: set[str] = {item.measure for item in catalog.items.values() if item.measure}
    for form in catalog.forms.forms.values():
        homes |= set(form.no_home)
        homes.update(*(measures_of(layout) for layout in form.layouts))
    derived = {derived.measure for derived in catalog.indicators.parameters.derived}
    for code, measure in catalog.measures.items():
        if measure.source_form is not None and code not in homes | derived:
            yield f"codelists/measures.csv: {code}: no form brings it and none says why (no_home)"


def indicator_problems(catalog: Catalog) -> Iterator[str]:
    """Why an indicator cannot be computed as declared."""
    registers = {register: catalog.items_of(register) for register in catalog.registers}
    forms_of = forms_of_measures(catalog.forms, registers)
    yield from (f"indicators: {each}" for each in objections(catalog.indicators, catalog.measures, forms_of))
