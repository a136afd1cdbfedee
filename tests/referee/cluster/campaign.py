"""Runs several seeds in sequence."""

import argparse
import time
from dataclasses import asdict

from cluster import trial
from cluster.registry import FAULTS
from cluster.nemesis import Nemesis
from cluster.report import in_all
from cluster.context import Options
from cluster.selection import select


def run(arguments: argparse.Namespace) -> dict:
    """Returns the whole report. `xtask` reads `rounds` and `violations`."""
    faults, skipped = select(FAULTS, arguments.fault, arguments.has_older)
    for fault in skipped:
        print(f"fault {fault.number}  {fault.title}: skipped, without `--older-binary` or `--older-revision`", flush=True)
    nemesis, deadline = Nemesis(arguments.nemesis), time.monotonic() + arguments.max_seconds
    trials, violations, troubles = [], [], []
    for seed in range(arguments.seed, arguments.seed + arguments.rounds):
        if trials and time.monotonic() > deadline:
            break
        started = time.monotonic()
        print(f"seed {seed}", flush=True)
        plan = trial.Plan(nemesis, arguments.work_dir.resolve(), seed, faults, Options(arguments.event_delay))
        verdict = trial.run(plan)
        trials.append({"seed": seed, "seconds": round(time.monotonic() - started, 1), "faults": verdict.faults})
        violations += [{"seed": seed, **asdict(violation)} for violation in verdict.violations]
        troubles += [f"seed {seed}: {trouble}" for trouble in verdict.troubles]
    rounds = sum(len(each["faults"]) for each in trials)
    return {"rounds": rounds, **in_all(trials), "skipped": [fault.number for fault in skipped],
            "violations": violations, "shortfalls": troubles, "seeds": trials}
