"""The machine that the services of docker-compose.yaml run on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from services import Machine


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """A machine with a database and secrets, and nothing started; everything is ended afterwards."""
    started = Machine(tmp_path)
    try:
        yield started
    finally:
        started.stop()
