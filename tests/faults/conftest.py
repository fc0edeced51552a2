"""What tests of faults share: the fork server, the small world, and what runs without faults make of files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fault_history import Snapshot
from fault_server import Workers
from fault_world import SMALL, Fresh, World, undisturbed_run

from xanh.samples import ExpectedSubmission
from xanh.settings import Settings


@pytest.fixture(scope="session")
def workers() -> Iterator[Workers]:
    """One for all tests of faults: what it imports takes seconds."""
    server = Workers()
    yield server
    server.close()


@pytest.fixture(scope="session")
def undisturbed(workers: Workers, fresh_settings: Fresh, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """What a run without faults makes of the small files."""
    return undisturbed_run(workers, fresh_settings, tmp_path_factory.mktemp("undisturbed"), SMALL)


@pytest.fixture
def world(settings: Settings, workers: Workers, undisturbed: Snapshot) -> World:
    """The small files in their folder; nothing has run yet."""
    made = World(settings, workers, undisturbed)
    made.drop(SMALL)
    return made


@pytest.fixture(scope="session")
def real_files(own_samples: tuple[Path, list[ExpectedSubmission]]) -> dict[tuple[str, str], bytes]:
    """The project's own samples in their order, without the one department that reports what another one reports too."""
    folder, samples = own_samples
    return {
        (sample.department, sample.path.rpartition("/")[2]): (folder / sample.path).read_bytes()
        for sample in samples
        if sample.department != "cuc-thong-ke"
    }
