"""Named places where a test can make this process die, fail or wait: XANH_FAULT=name:count:action[,...]."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from typing import NoReturn

ACTIONS = ("kill", "raise", "sleep")
_passed: Counter[str] = Counter()


class Injected(RuntimeError):
    """Raised where XANH_FAULT asks for it."""


def point(name: str) -> None:
    """Does nothing, unless XANH_FAULT names this place and it is passed for the count-th time.

    kill: SIGKILL to this process, as a power cut would. raise: an error of the program. sleep: an hour.
    Raises Injected also where the variable is set in production.
    """
    plan = os.environ.get("XANH_FAULT")
    if not plan:
        return
    if os.environ.get("XANH_ENV") == "production":
        raise Injected("XANH_FAULT is set, but this is production")
    _passed[name] += 1
    for part in plan.split(","):
        wanted, count, action = _parsed(part)
        if wanted == name and count == _passed[name]:
            _act(name, action)


def _parsed(part: str) -> tuple[str, int, str]:
    name, _, rest = part.partition(":")
    count, _, action = rest.partition(":")
    if not count.isdigit() or action not in ACTIONS:
        raise Injected(f"XANH_FAULT={part!r} is not name:count:action with an action of {', '.join(ACTIONS)}")
    return name, int(count), action


def _act(name: str, action: str) -> None:
    if action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if action == "sleep":
        time.sleep(3600)
    _fail(name)


def _fail(name: str) -> NoReturn:
    raise Injected(f"XANH_FAULT asked for a failure at {name}")
