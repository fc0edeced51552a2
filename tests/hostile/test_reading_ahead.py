"""Announced files are read ahead by one child or two: what befalls one of them is the verdict on that file and on no other."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import ooxml_kit as kit
import pytest

from xanh.limits import Limits
from xanh.parsing import parse
from xanh.parsing.child import ParserChild
from xanh.parsing.unreadable import Unreadable

Said = dict[str, str]
"""By name of a file the first text in it, or the rule that it breaks."""


@pytest.fixture(params=[1, 2], ids=["one processor", "two processors"])
def several(
    request: pytest.FixtureRequest, dying_script: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[parse.Readers]:
    """Readers to whom every file is large, whose children die, hang or err by the name of the file."""
    monkeypatch.setattr(ParserChild, "script", dying_script)
    monkeypatch.setattr(parse, "_LARGE", 0)
    monkeypatch.setattr(parse, "_PAYS_FROM", 0)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(request.param)))
    readers = parse.Readers(Limits(cpu_seconds=1, wall_seconds=20))
    yield readers
    readers.close()


@pytest.fixture
def files(tmp_path: Path) -> Callable[[Sequence[str]], list[Path]]:
    """Writes workbooks, each with its own name as its first text."""

    def write(names: Sequence[str]) -> list[Path]:
        for name in names:
            (tmp_path / name).write_bytes(kit.xlsx(shared=kit.strings(name, "Tháng 6", "Xi măng")))
        return [tmp_path / name for name in names]

    return write


def said(readers: parse.Readers, paths: Sequence[Path]) -> Said:
    found = {}
    for path in paths:
        try:
            found[path.name] = readers.read(path, with_copy=False).sheets[0].cells[1, 1].text
        except Unreadable as error:
            found[path.name] = error.rule
    return found


def children(readers: parse.Readers) -> int:
    return sum(child._process is not None for child in readers._begun)


Write = Callable[[Sequence[str]], list[Path]]


def test_a_child_that_dies_reading_ahead_is_the_verdict_on_its_file_and_on_no_other(
    several: parse.Readers, files: Write
) -> None:
    names = ["one", "abort", "two", "three", "error", "abort again", "hang", "four", "five"]
    paths = files(names)
    several.announce(paths, with_copy=False)
    died = {"abort": "U20", "abort again": "U20", "error": "U21", "hang": "U22"}
    assert said(several, paths) == {name: died.get(name, name) for name in names}


def test_a_child_that_is_killed_from_outside_is_no_verdict_on_any_file(several: parse.Readers, files: Write) -> None:
    """By the kernel that needs memory, by an operator: whichever child it is, whether it reads ahead or waits."""
    names = [str(number) for number in range(6)]
    paths = files(names)
    several.announce(paths, with_copy=False)
    found = said(several, paths[:2])
    for path in paths[2:]:
        for child in several._begun:
            if child._process is not None and child._is_ready:
                os.kill(child._process.pid, signal.SIGKILL)
        found |= said(several, [path])
    assert found == {name: name for name in names}


def test_a_child_that_is_killed_again_and_again_is_the_verdict_on_its_file(
    several: parse.Readers, files: Write
) -> None:
    paths = files(["one", "SIGKILL", "two"])
    several.announce(paths, with_copy=False)
    assert said(several, paths) == {"one": "one", "SIGKILL": "U22", "two": "two"}


def test_a_disk_that_does_not_answer_is_no_verdict_on_any_file(several: parse.Readers, files: Write) -> None:
    """The child waits as the kernel lets it wait for a disk: by vfork, until the other process ends."""
    for child in several._begun:
        child.limits = replace(child.limits, wall_seconds=2)
    paths = files(["one", "VFORK", "two"])
    several.announce(paths, with_copy=False)
    assert said(several, paths[:1]) == {"one": "one"}
    with pytest.raises(TimeoutError):
        said(several, paths[1:2])
    assert said(several, paths[2:]) == {"two": "two"}


def test_a_second_child_reads_where_two_processors_are(
    several: parse.Readers, files: Write, request: pytest.FixtureRequest
) -> None:
    several.announce(files(["one", "two", "three"]), with_copy=False)
    assert children(several) == len(os.sched_getaffinity(0))


def test_files_that_are_read_in_another_order_or_not_at_all_never_get_the_answer_of_another(
    several: parse.Readers, files: Write
) -> None:
    paths = files(list("abcdefgh"))
    several.announce(paths, with_copy=False)
    wanted = [paths[number] for number in (3, 0, 7, 1, 7, 2)]
    assert said(several, wanted) == {path.name: path.name for path in wanted}
    several.announce(paths[4:7], with_copy=False)
    wanted = [paths[6], paths[3], *paths[4:7]]
    assert said(several, wanted) == {path.name: path.name for path in wanted}


def test_the_same_file_announced_twice_is_read_twice(several: parse.Readers, files: Write) -> None:
    one, two = files(["one", "two"])
    several.announce([one, one, two, one], with_copy=False)
    assert [list(said(several, [path])) for path in (one, one, two, one)] == [["one"], ["one"], ["two"], ["one"]]


def test_children_grow_old_each_by_its_own_files(several: parse.Readers, files: Write) -> None:
    young = parse.Readers(Limits(files_per_child=2))
    paths = files([str(number) for number in range(9)])
    young.announce(paths, with_copy=False)
    assert said(young, paths) == {path.name: path.name for path in paths}
    young.close()


def test_after_a_fork_the_children_stay_those_of_the_parent(several: parse.Readers, files: Write) -> None:
    paths = files(["one", "two", "three", "four"])
    several.announce(paths, with_copy=False)
    forked = os.fork()
    if not forked:
        with_own = said(several, paths) == {path.name: path.name for path in paths}
        several.close()
        os._exit(0 if with_own else 1)
    assert said(several, paths) == {path.name: path.name for path in paths}
    assert os.waitstatus_to_exitcode(os.waitpid(forked, 0)[1]) == 0


def test_a_large_file_is_read_while_no_other_is(
    several: parse.Readers, files: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parse, "_ALONE", 1)
    paths = files(["one", "two", "three"])
    several.announce(paths, with_copy=False)
    assert [begun[0] for begun in several._begun.values() if begun] == paths[:1]
    assert said(several, paths) == {path.name: path.name for path in paths}


def test_small_files_are_left_to_one_child(tmp_path: Path, files: Write) -> None:
    readers = parse.Readers(Limits())
    readers.announce(files([str(number) for number in range(40)]), with_copy=False)
    assert children(readers) == 1
    readers.close()


def test_a_file_that_vanished_is_told_when_it_is_read(several: parse.Readers, files: Write, tmp_path: Path) -> None:
    one, two = files(["one", "two"])
    several.announce([tmp_path / "gone", one, two], with_copy=False)
    assert said(several, [one, two]) == {"one": "one", "two": "two"}
