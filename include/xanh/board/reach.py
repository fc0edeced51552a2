"""What one login may see of the board: everything, or only what some departments sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

DEPARTMENT_ROLE = "department:"
"""A role of this name and a department's code, such as `department:so-cong-thuong`, belongs to the people of that department."""


@dataclass(frozen=True, slots=True)
class Reach:
    """`departments` None: all of them. `has_originals`: whether the files as they were sent may be downloaded."""

    departments: frozenset[str] | None
    has_originals: bool

    @property
    def parameter(self) -> list[str] | None:
        """The departments as SQL takes them; null is all."""
        return None if self.departments is None else sorted(self.departments)

    @property
    def has_runs(self) -> bool:
        """Whether Airflow's pages are worth a link: people of a department may see no DAG and no run."""
        return self.departments is None


def departments_of(roles: Iterable[str]) -> frozenset[str]:
    """The codes of the departments whose roles somebody has; empty for people who belong to none."""
    return frozenset(
        role.removeprefix(DEPARTMENT_ROLE)
        for role in roles
        if role.startswith(DEPARTMENT_ROLE) and role != DEPARTMENT_ROLE
    )
