"""Searches by coverage for input that a target does not bear: python tests/hostile/fuzz_coverage.py TARGET SECONDS.

Prints how many inputs were tried. Ends with an error and the input where one was found; put it into FOUND of fuzz_targets.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["xanh"]):
    import fuzz_targets


def main() -> None:
    """Runs one target for some seconds, from its seeds."""
    name, seconds = sys.argv[1], sys.argv[2]
    corpus = Path(tempfile.mkdtemp(prefix=f"fuzz-{name}-"))
    for number, seed in enumerate((*fuzz_targets.SEEDS[name], *fuzz_targets.FOUND[name])):
        (corpus / str(number)).write_bytes(seed)
    options = [f"-max_total_time={seconds}", "-max_len=600", "-timeout=20", f"-artifact_prefix={corpus}/found-"]
    atheris.Setup([sys.argv[0], *options, str(corpus)], fuzz_targets.TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
