"""One sample on its way through mutations, and what a mutation says about itself."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from grid import Body, Grid

from xanh.model import Workbook


@dataclass
class State:
    """The sheets as they are now, where the table stands in the first, and the dice."""

    workbook: Workbook
    grids: list[Grid]
    body: Body
    dice: random.Random
    file_name: str
    is_readable: bool = True
    """A person would still read every value; otherwise a refusal is right."""
    may_lose: bool = False
    """Values were taken away, so fewer observations are right."""
    names: list[str] = field(default_factory=list)

    @property
    def grid(self) -> Grid:
        """The sheet with the table."""
        return self.grids[0]


@dataclass(frozen=True)
class Mutation:
    """A named change; `apply` returns False where it does not fit the sample."""

    name: str
    apply: Callable[[State], bool]
    is_readable: bool = True
    may_lose: bool = False


MUTATIONS: list[Mutation] = []


def mutation(*, is_readable: bool = True, may_lose: bool = False) -> Callable[[Callable[[State], bool]], Mutation]:
    """Enters a function into MUTATIONS under its own name."""

    def enter(apply: Callable[[State], bool]) -> Mutation:
        entry = Mutation(apply.__name__, apply, is_readable, may_lose)
        MUTATIONS.append(entry)
        return entry

    return enter
