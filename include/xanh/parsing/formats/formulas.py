"""Formula cells of a .xlsx whose results may never have been calculated."""

from __future__ import annotations

from dataclasses import dataclass, field

from xanh.parsing.formats.grid import Grid


@dataclass
class Formulas:
    """Formula cells of the workbook, to find out afterwards whether their cached results are real.

    Writers that cannot calculate store 0 beside every formula and ask for a recalculation on load: such zeros are no
    results.
    """

    is_recalculated_on_load: bool
    numeric: list[tuple[Grid, tuple[int, int]]] = field(default_factory=list)

    def settle(self) -> None:
        """Turns the zeros of a workbook that was never calculated into `uncached` cells."""
        present = [(grid, position) for grid, position in self.numeric if position in grid.cells]
        if not self.is_recalculated_on_load or any(grid.cells[position][3] != "0" for grid, position in present):
            return
        for grid, position in present:
            grid.cells[position] = (*position, "uncached", "", None, False)
