"""One reader's connection to mart for the length of a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any

from psycopg.rows import dict_row

from xanh.board.reach import Reach
from xanh.database import warehouse
from xanh.settings import Settings


class Mart:
    """Runs the board's queries as the reader role. Raises psycopg.OperationalError when the warehouse is not there."""

    def __init__(self, settings: Settings, reach: Reach) -> None:
        self._settings, self._reach = settings, reach

    def __enter__(self) -> Mart:
        self._connection = warehouse.connect(self._settings, "reader")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def rows(self, name: str, **parameters: Any) -> Sequence[Mapping[str, Any]]:
        """The rows of include/sql/board/<name>.sql within the reach of the login, which the queries know as `reach`."""
        with self._connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(
                warehouse.sql(f"board/{name}"), {**parameters, "reach": self._reach.parameter}
            ).fetchall()
