"""Lets the tests of arrival build workbooks with the kit of the hostile files."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "hostile"))
