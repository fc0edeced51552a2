"""What Great Expectations imports for expectations that we do not have is loaded when somebody uses it, and then works."""

from __future__ import annotations

import json
import subprocess
import sys

from xanh.settings import ROOT

_SCRIPT = """
import json, sys
from xanh.validation.engine import _Context
_Context()
before = [name in sys.modules for name in ("scipy.special", "altair.vegalite")]
import altair
from scipy import stats
chart = altair.Chart({"name": "x"}).mark_bar().to_dict()["mark"]
try:
    altair.no_such_chart
except AttributeError:
    refused = True
print(json.dumps([before, chart, round(stats.norm.cdf(0.0), 3), refused]))
"""


def test_distributions_and_charts_are_loaded_at_their_first_use() -> None:
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT / 'include')!r})\n{_SCRIPT}"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1]
    assert json.loads(said) == [[False, False], {"type": "bar"}, 0.5, True]
