"""The sign that the stack is about to end: who only waits for files stops waiting."""

from __future__ import annotations

from pathlib import Path

from xanh.settings import Settings


def is_closing(settings: Settings) -> bool:
    """Whether the supervisor has begun to end the stack of this home."""
    return _sign(settings).exists()


def set_closing(settings: Settings, value: bool) -> None:
    """Gives the sign or takes it away."""
    if value:
        _sign(settings).touch()
    else:
        _sign(settings).unlink(missing_ok=True)


def _sign(settings: Settings) -> Path:
    return settings.home / "stack.closing"
