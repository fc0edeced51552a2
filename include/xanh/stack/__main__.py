"""`python -m xanh.stack up|down|status`: what `make up`, `make down` and `make status` call."""

from __future__ import annotations

import sys

from xanh.database.postgres import PostgresError
from xanh.settings import Settings
from xanh.stack import control
from xanh.stack.supervisor import StackError


def main() -> int:
    """Runs the command named first. Returns the exit code."""
    commands = {"up": control.up, "down": control.down, "status": control.status, "supervise": control.supervise}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        sys.stderr.write("usage: python -m xanh.stack up|down|status\n")
        return 2
    try:
        return commands[sys.argv[1]](Settings.from_environment())
    except (StackError, PostgresError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
