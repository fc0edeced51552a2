"""What the tasks of a run import, in one place, so that a process can have it before it forks them."""

from __future__ import annotations

import gc
import importlib
from functools import lru_cache

from xanh.validation.lean import great_expectations

MODULES = (
    "pandas",
    "openpyxl",
    "xanh.arrival.receive",
    "xanh.indicators.compute",
    "xanh.loading.batch",
    "xanh.loading.lanes",
    "xanh.validation.engine",
)


@lru_cache(maxsize=1)
def warm() -> None:
    """Imports them, and spares the collector what they made: it would look through all of it again in every batch.

    Opens nothing and starts nothing: connections and child processes do not survive a fork.
    """
    great_expectations()
    for name in MODULES:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
