"""The supervisor's own rules, without Airflow: what it starts again, when it gives up, whom it ends."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from xanh.processes import start_time
from xanh.settings import Settings
from xanh.stack.component import end_strays
from xanh.stack.supervisor import MOST_RESTARTS, Supervisor

FORKS_AND_WAITS = """
import os, sys, time
if os.fork() == 0:
    print(os.getpid(), flush=True)
    time.sleep(600)
time.sleep(600)
"""


def test_what_ends_again_and_again_is_not_started_for_ever(tmp_path: Path) -> None:
    supervisor = Supervisor(Settings.from_environment({"XANH_HOME": str(tmp_path)}))
    assert [supervisor.may_restart("scheduler") for _ in range(MOST_RESTARTS + 1)] == [True] * MOST_RESTARTS + [False]
    assert supervisor.may_restart("api-server")


def test_what_a_dead_component_left_is_ended_and_nobody_else() -> None:
    """The group is that of a leader which stands for the supervisor."""
    leader = subprocess.Popen(
        [sys.executable, "-c", LEADER, FORKS_AND_WAITS], stdout=subprocess.PIPE, start_new_session=True
    )
    assert leader.stdout is not None
    component, child, other = (int(leader.stdout.readline()) for _ in range(3))
    try:
        os.kill(component, 9)
        until = time.monotonic() + 60
        while start_time(component) and time.monotonic() < until:
            time.sleep(0.05)
        end_strays(leader.pid, [leader.pid, other])
        assert start_time(child) is None
        assert start_time(other) is not None
        assert leader.poll() is None
    finally:
        os.killpg(leader.pid, 9)
        leader.wait()


LEADER = """
import subprocess, sys, time
first = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdout=subprocess.PIPE)
print(first.pid, flush=True)
print(first.stdout.readline().decode().strip(), flush=True)
print(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]).pid, flush=True)
first.wait()
time.sleep(600)
"""
