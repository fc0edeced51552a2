"""One process of the stack: ended with its supervisor even when that is killed, and ended for good when asked."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from xanh.processes import ending_with_this_one, start_time

END_SECONDS = 25
"""Airflow's scheduler waits for its workers; a task in the middle is taken up again by the next start."""
STRAY_SECONDS = 5.0


@dataclass(frozen=True)
class Component:
    """A started process with its log."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @classmethod
    def start(
        cls, name: str, command: Sequence[str], environment: Mapping[str, str], log: Path, folder: Path
    ) -> Component:
        """Starts the command in the supervisor's process group."""
        with log.open("ab") as output:
            process = subprocess.Popen(
                command, env=dict(environment), cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                preexec_fn=ending_with_this_one(signal.SIGTERM),
            )  # fmt: skip
        return cls(name, process, log)

    @property
    def pid(self) -> int:
        """The process id."""
        return self.process.pid

    def ended(self) -> int | None:
        """The exit code, None while it runs."""
        return self.process.poll()

    def ask_to_end(self) -> None:
        """Sends SIGTERM."""
        if self.process.poll() is None:
            self.process.terminate()

    def end(self) -> None:
        """Waits for the end, and kills after END_SECONDS."""
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def end_group(group: int | None, started: str | None, seconds: float) -> bool:
    """Ends what is left of a supervisor's process group; True when something was left.

    `started`: the start of the leader; a group whose leader is another, younger process is not touched.
    """
    if not group or (start_time(group) or started) != started:
        return False
    if not _members(group):
        return False
    for number, patience in ((signal.SIGTERM, seconds), (signal.SIGKILL, 5.0)):
        try:
            os.killpg(group, number)
        except ProcessLookupError:
            return True
        until = time.monotonic() + patience
        while time.monotonic() < until:
            if not _members(group):
                return True
            time.sleep(0.1)
    return True


def end_strays(group: int, known: Sequence[int]) -> None:
    """Ends what dead components left in the group: processes whose parent is gone, and then their children.

    `known`: living components. A task among them is taken up again; two that write the same would only be in each other's way.
    """
    for number, patience in ((signal.SIGTERM, STRAY_SECONDS), (signal.SIGKILL, STRAY_SECONDS)):
        until = time.monotonic() + patience
        while strays := _strays(group, known):
            for pid in strays:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
            if time.monotonic() > until:
                break
            time.sleep(0.2)


def _strays(group: int, known: Sequence[int]) -> list[int]:
    members = _members(group)
    return [pid for pid, parent in members.items() if parent not in members and pid not in known and pid != os.getpid()]


def _members(group: int) -> dict[int, int]:
    """The living processes of the group by their id, with the id of the parent."""
    members = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[2]) == group and fields[0] not in "ZX":
            members[int(folder.name)] = int(fields[1])
    return members
