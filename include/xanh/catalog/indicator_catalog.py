"""All indicators of the catalogue and what holds for each of them. Read from indicators/*.yaml."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from xanh.catalog.indicators import Indicator, Parameters, Theme
from xanh.catalog.strict import CatalogError, read_yaml


@dataclass(frozen=True)
class IndicatorCatalog:
    """All themes of the folder, their indicators by code in the order of the files, and the parameters."""

    themes: tuple[Theme, ...]
    indicators: Mapping[str, Indicator]
    parameters: Parameters

    def theme_of(self, code: str) -> Theme:
        """The theme that an indicator belongs to."""
        return next(theme for theme in self.themes if any(i.code == code for i in theme.indicators))

    def source_of(self, measure: str) -> tuple[str, str]:
        """The reported measure behind one that an indicator uses, and how it is derived: none, positive or areas."""
        for derived in self.parameters.derived:
            if derived.measure == measure:
                return derived.source or measure, derived.rule
        return measure, "none"

    def forms_for(self, kind: str, measure: str) -> tuple[str, ...]:
        """The forms that count for a measure in indicators of a kind; empty when any does."""
        stated = (a for a in self.parameters.authorities if measure in a.measures)
        return next((a.forms for a in stated if not a.kinds or kind in a.kinds), ())

    def senders_for(self, measure: str) -> tuple[str, ...]:
        """Departments in the order in which their word counts for a measure."""
        return next((a.senders for a in self.parameters.authorities if measure in a.measures and a.senders), ())


def read_indicators(folder: Path) -> IndicatorCatalog:
    """Every theme of the folder and parameters.yaml. Raises CatalogError with all mistakes at once."""
    problems: list[str] = []
    themes: list[Theme] = []
    parameters: Parameters | None = None
    for path in sorted(folder.glob("*.yaml")):
        try:
            if path.name == "parameters.yaml":
                parameters = read_yaml(path, Parameters)
            else:
                themes.append(read_yaml(path, Theme))
        except CatalogError as error:
            problems.extend(error.problems)
    problems.extend(_repeated(folder, themes))
    if parameters is None and not problems:
        problems.append(f"{folder / 'parameters.yaml'}:1: the file is missing")
    if problems or parameters is None:
        raise CatalogError(problems)
    indicators = {i.code: i for theme in themes for i in theme.indicators}
    return IndicatorCatalog(tuple(themes), MappingProxyType(indicators), parameters)


def _repeated(folder: Path, themes: Iterable[Theme]) -> list[str]:
    seen: set[str] = set()
    problems = []
    for indicator in (i for theme in themes for i in theme.indicators):
        if indicator.code in seen:
            problems.append(f"{folder}:1: the indicator {indicator.code} is defined twice")
        seen.add(indicator.code)
    return problems
