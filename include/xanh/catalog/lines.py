"""Where a problem is written that a cross-check found: the checks know what is wrong, this finds file and line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

_SUFFIXES = (".yaml", ".csv", ".json")
_QUOTED = re.compile(r"'([^']+)'")


def located(folder: Path, problem: str) -> str:
    """The problem behind `file:line:`, where the names that it says stand one after the other; a problem that has them
    already as it is.

    A problem of a cross-check is `file: name: ... : sentence`, the file without its folders or its ending.
    """
    file, _, rest = problem.partition(": ")
    path, _, line = file.rpartition(":")
    if line.isdecimal() and Path(path).is_file():
        return problem
    *names, sentence = rest.split(": ")
    words = [*names, *_keys(sentence)]
    texts = [(path, path.read_text(encoding="utf-8").splitlines()) for path in _files(folder, file)]
    if not texts:
        return problem
    found, number = max(((path, _line(lines, words)) for path, lines in texts), key=lambda place: place[1])
    return f"{found}:{number}: {rest}"


def _files(folder: Path, file: str) -> list[Path]:
    name = file.removesuffix(":1").rpartition("/")[2]
    files = (path for path in sorted(folder.rglob("*")) if path.suffix in _SUFFIXES)
    return [path for path in files if name in (path.name, path.stem, path.parent.name)]


def _keys(sentence: str) -> Iterator[str]:
    """What a sentence names: the code with which it begins, and what it quotes."""
    first = sentence.partition(" ")[0]
    if re.search(r"[\d_:-]", first):
        yield first
    yield from _QUOTED.findall(sentence)


def _line(lines: Sequence[str], words: Sequence[str]) -> int:
    """The line, from 1, of the last word that stands behind those before it."""
    at = 0
    for word in words:
        patterns = [re.compile(rf"(?<![\w:-]){re.escape(part)}(?![\w-])") for part in word.split()]
        behind = (at + n for n, line in enumerate(lines[at:]) if all(pattern.search(line) for pattern in patterns))
        at = next(behind, at)
    return at + 1
