"""Several seeds, one after the other."""

import argparse
import time
from dataclasses import asdict

from cluster import trial
from cluster.registry import FAULTS
from cluster.hands import Hands
from cluster.report import in_all
from cluster.scene import Options


def hold(arguments: argparse.Namespace) -> dict:
    """The whole report; `xtask` reads `rounds` and `violations`."""
    numbers = arguments.fault or sorted(FAULTS)
    if unknown := set(numbers) - FAULTS.keys():
        raise SystemExit(f"there is no fault {sorted(unknown)}; there are {sorted(FAULTS)}")
    hands, deadline = Hands(arguments.hands), time.monotonic() + arguments.max_seconds
    trials, violations, troubles = [], [], []
    for seed in range(arguments.seed, arguments.seed + arguments.rounds):
        if trials and time.monotonic() > deadline:
            break
        begun = time.monotonic()
        print(f"seed {seed}", flush=True)
        plan = trial.Plan(hands, arguments.binary.resolve(), arguments.work_dir.resolve(), seed, [FAULTS[number] for number in numbers],
                          Options(arguments.event_delay))
        verdict = trial.hold(plan)
        trials.append({"seed": seed, "seconds": round(time.monotonic() - begun, 1), "faults": verdict.faults})
        violations += [{"seed": seed, **asdict(violation)} for violation in verdict.violations]
        troubles += [f"seed {seed}: {trouble}" for trouble in verdict.troubles]
    rounds = sum(len(each["faults"]) for each in trials)
    return {"rounds": rounds, **in_all(trials), "violations": violations, "shortfalls": troubles, "seeds": trials}
