"""What the kernel says about a process."""

from __future__ import annotations

from pathlib import Path


def start_time(pid: int) -> str | None:
    """When the process started, in the kernel's ticks; None when it does not live. Tells a re-used process id apart."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in "ZX" else fields[19]
