"""What the kernel says about a process, and does for one."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

_PR_SET_PDEATHSIG = 1


def start_time(pid: int) -> str | None:
    """When the process started, in the kernel's ticks; None when it does not live. Tells a re-used process id apart."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in "ZX" else fields[19]


def ending_with_this_one(number: signal.Signals) -> Callable[[], None]:
    """What a process calls that is forked from this one: the kernel sends it the signal when this one ends, in whatever way.

    Asked for before the fork, so that nothing is imported between fork and call. Elsewhere than on Linux it does nothing.
    """
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    parent = os.getpid()

    def ask() -> None:
        if libc is not None:
            libc.prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

    return ask
