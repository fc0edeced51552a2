"""Where a piece of work spends its time: the call tree, sampled a thousand times a second."""

from __future__ import annotations

from bench.measure import Work


def profiled(name: str, work: Work) -> None:
    """Runs `work` once and prints the parts that take more than a hundredth of its time."""
    from pyinstrument import Profiler
    from pyinstrument.renderers import ConsoleRenderer

    with Profiler(interval=0.001) as profiler:
        work()
    print(f"\n## {name}\n")
    print(profiler.output(ConsoleRenderer(processor_options={"filter_threshold": 0.01}, show_all=False)))
