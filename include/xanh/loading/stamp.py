"""Which program, catalogue and suites read a file: three values that are kept with every submission."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import xanh
from xanh.loading.load import Stamp

if TYPE_CHECKING:
    from xanh.catalog import Catalog
    from xanh.settings import Settings

_PACKAGE = Path(__file__).resolve().parent.parent


def stamp(settings: Settings, catalog: Catalog) -> Stamp:
    """The versions in force now. Suites and words are read here and stay these for the process, whatever becomes of their files."""
    from xanh.feedback.words import feedback_words
    from xanh.validation.suites import read_suites

    read_suites(settings.expectations)
    feedback_words(settings.catalog)
    return Stamp(code_version(), catalog.hash, suites_hash(settings.expectations))


@lru_cache
def code_version() -> str:
    """The release, and a hash over the source of the package and its SQL: the same wherever the code is the same."""
    sources = [*_PACKAGE.rglob("*.py"), *(_PACKAGE.parent / "sql" / "load").glob("*.sql")]
    return f"{xanh.__version__}+{_hash(sources, _PACKAGE.parent)[:12]}"


@lru_cache(maxsize=4)
def judge_hash(expectations: Path) -> str:
    """SHA-256 over all that decides which value an indicator gets from given observations and whether it may be published."""
    folder = _PACKAGE.parent / "sql" / "indicators"
    words = f"{code_version()} {_hash(folder.glob('*.sql'), folder)} {suites_hash(expectations)}"
    return hashlib.sha256(words.encode()).hexdigest()


@lru_cache(maxsize=4)
def suites_hash(folder: Path) -> str:
    """SHA-256 over the suites of a folder, as the process finds them first."""
    return _hash(folder.glob("*.json"), folder)


def _hash(paths: Iterable[Path], root: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()
