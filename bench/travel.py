"""Print what going back in a run costs, by the processor's time: ``python -m bench.travel``."""

from __future__ import annotations

import gc
import random
import tracemalloc

from bench.views import ACTIONS, MANY, lab, taken
from phantom_lab import Playbook, Stepper

PAUSE = 100
LOOKS = 1_000


def made(source: str) -> Playbook:
    """A playbook of so many invocations."""
    return Playbook.from_source(source.format(many=MANY), name="bench")


def finished() -> tuple[Stepper, float]:
    """A stepper at the end of the run, and how long that took."""
    stepper = lab().step(made(ACTIONS), journal=None)
    return stepper, taken(stepper.resume)


def travel() -> None:
    """Executing again, against the first time; hot code; memory of looking back."""
    runs = [finished() for _ in range(3)]
    stepper, first = min(runs, key=lambda one: one[1])
    again = min(taken(lambda: stepper.rerun(MANY)) for _ in range(3))
    print(f"\n| going back in a run of {MANY:,} invocations | |\n| --- | ---: |")
    print(f"| executed again to its end, against the first time | {again / first:.2f} |", flush=True)
    at_pause, changed = stepper.rerun(PAUSE), made(ACTIONS + "\ndef other(container=None):\n    return 1\n")
    ready = min(taken(lambda: at_pause.reload(changed)) for _ in range(3))
    print(f"| changed code taken up at invocation {PAUSE} | {ready * 1e3:.0f} ms |", flush=True)
    numbers = [random.Random(seed).randrange(1, MANY) for seed in range(LOOKS)]
    _ = stepper.go(MANY).pending
    gc.collect()
    tracemalloc.start()
    for number in numbers[:LOOKS // 10]:
        moment = stepper.go(number)
        _ = moment.arguments, moment.run_data, moment.container, moment.lists, moment.pending
    gc.collect()
    before = tracemalloc.get_traced_memory()[0]
    for number in numbers:
        moment = stepper.go(number)
        _ = moment.arguments, moment.run_data, moment.container, moment.lists, moment.pending
    gc.collect()
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    print(f"| memory that {LOOKS:,} looks back leave | {grown / 1e3:.0f} kB |", flush=True)


if __name__ == "__main__":
    travel()
