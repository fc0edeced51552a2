"""Named fault points: where a test may let this process die, stop or fail. They do nothing unless XANH_FAULT says so.

`XANH_FAULT=name:n:action` fires at the n-th time that the point is reached: `kill` (SIGKILL to itself), `stop`
(SIGSTOP), `enospc`, `eio` (an OSError of that kind) or `crash` (an error of the program). The name `*` stands for every
point, so that a loop over n visits one after the other. Production refuses it.
"""

from __future__ import annotations

import errno
import os
import signal
from collections import Counter

VARIABLE = "XANH_FAULT"
ACTIONS = ("kill", "stop", "enospc", "eio", "crash")
EVERY = "*"
_reached: Counter[str] = Counter()


class InjectedFault(RuntimeError):
    """The error of the action `crash`."""


class FaultRefused(RuntimeError):
    """XANH_FAULT is set in production, or is not `name:n:action`."""


def reach(name: str) -> None:
    """Marks a point of the program by name; here the planned fault happens, if it is this one's turn."""
    plan = os.environ.get(VARIABLE)
    if plan is None:
        return
    wanted, number, action = _parsed(plan)
    if wanted not in (name, EVERY):
        return
    _reached[wanted] += 1
    if _reached[wanted] == number:
        _happen(name, action)


def _parsed(plan: str) -> tuple[str, int, str]:
    if os.environ.get("XANH_ENV") == "production":
        raise FaultRefused(f"{VARIABLE} is set, which production refuses")
    name, _, rest = plan.partition(":")
    number, _, action = rest.partition(":")
    if not name or not number.isdigit() or action not in ACTIONS:
        raise FaultRefused(f"{VARIABLE} must be name:n:action with one of {', '.join(ACTIONS)}, not {plan!r}")
    return name, int(number), action


def _happen(name: str, action: str) -> None:
    if action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif action == "stop":
        os.kill(os.getpid(), signal.SIGSTOP)
    elif action == "enospc":
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), name)
    elif action == "eio":
        raise OSError(errno.EIO, os.strerror(errno.EIO), name)
    else:
        raise InjectedFault(f"injected at {name}")
