"""Great Expectations without what it imports for expectations that no suite of ours has."""

from __future__ import annotations

import importlib
import sys
import threading
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any

_LATER = ("scipy.stats", "altair")
"""For tests of distributions and their charts: a third of the time that its import takes, and 50 MB."""
_loading = threading.RLock()


def great_expectations() -> ModuleType:
    """The package. Some of what it imports is loaded when somebody uses it, and not before."""
    for name in _LATER:
        if name not in sys.modules:
            _enter(name)
    return importlib.import_module("great_expectations")


class _Later(ModuleType):
    """A module that loads itself when it is asked for anything. importlib's own LazyLoader does so at the import already."""

    def __getattr__(self, asked: str) -> Any:
        with _loading:
            loader = self.__dict__.pop("_later", None)
            if loader is not None:
                loader.exec_module(self)
        if loader is None and asked not in self.__dict__:
            raise AttributeError(f"module {self.__name__!r} has no attribute {asked!r}")
        return getattr(self, asked)


def _enter(name: str) -> None:
    spec = find_spec(name)
    if spec is None or spec.loader is None:
        return
    module = module_from_spec(spec)
    module.__class__ = _Later
    module.__dict__["_later"] = spec.loader
    sys.modules[name] = module
    parent, _, own = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], own, module)
