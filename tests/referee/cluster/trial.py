"""One seed: one cluster, one fault after the other, and a clean end."""

import os
import shutil
import subprocess
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Iterator

from cluster.hands import Hands
from cluster.observatory import ClusterObservatory
from cluster.pulse import Pulse, believable
from cluster.report import as_json
from cluster.round import Round, Stage
from cluster.coverage import shortfalls
from cluster.rules import LEASE_SECONDS, judge_cluster
from cluster.scene import Fault, Options
from evidence import Violation
from sink import Sink
from stream import StreamReader
from urls import Rotating

COMMAND_SECONDS = 60


@dataclass
class Plan:
    """What a trial does."""

    hands: Hands
    binary: Path
    work_dir: Path
    seed: int
    faults: list[Fault]
    options: Options


@dataclass
class Verdict:
    """What came of a trial."""

    faults: list[dict] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)  # why there is no verdict on something


def hold(plan: Plan) -> Verdict:
    """Everything that was found. The archive is a burden that only few faults need: they have a cluster of their own."""
    verdict = Verdict()
    for archive in (False, True):
        if faults := [fault for fault in plan.faults if fault.needs_archive == archive]:
            _hold(plan, faults, archive, verdict)
    return verdict


def _hold(plan: Plan, faults: list[Fault], archive: bool, verdict: Verdict) -> None:
    folder = plan.work_dir / f"seed-{plan.seed}{'-archive' if archive else ''}"
    folder.mkdir(parents=True)
    sink, printf = Sink(), shutil.which("printf")
    if printf is None:
        raise RuntimeError("there is no printf for jobs to run")
    settings = {"ODD_HTTP_REQUEST_ALLOW": f"127.0.0.1:{sink.port}", "ODD_PROCESS_RUN_ALLOW": printf, "ODD_LOG": "info",
                "ODD_WORKER_LEASE_SECONDS": str(LEASE_SECONDS)}
    observatory = ClusterObservatory(plan.hands, folder.name, archive, settings)
    read_models = Rotating([observatory.read_model])
    stage = Stage(plan.binary, observatory, StreamReader(read_models), sink, printf, folder, plan.seed,
                  options=plan.options)
    stage.stream.start()
    try:
        verdict.violations += _commands(plan.binary, observatory)
        _one_after_another(faults, stage, verdict)
    finally:
        stage.stream.finish()
        sink.close()
    verdict.violations += _clean_end(plan.hands)


def _commands(binary: Path, observatory: ClusterObservatory) -> Iterator[Violation]:
    """The command line works with each gateway."""
    for gateway in observatory.gateways:
        urls = {"ODD_GATEWAY_URL": gateway, "ODD_READ_MODEL_URL": observatory.read_model}
        try:
            subprocess.run(
                [binary, "submit", "echo", '{"hello":"world"}', "--wait", "-q"], env={**os.environ, **urls},
                stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=COMMAND_SECONDS, check=True,
            )
        except subprocess.SubprocessError as error:
            yield Violation("command", f"`submit --wait` at {gateway}: {error}; {error.stderr}")


def _one_after_another(faults: list[Fault], stage: Stage, verdict: Verdict) -> None:
    for fault in faults:
        begun = time.monotonic()
        played = Round(stage, fault)
        pulse = Pulse()
        pulse.start()
        try:
            evidence = played.run()
        except Exception as error:  # what comes after it would be judged by what this one left behind
            verdict.troubles.append(f"fault {fault.number}, {fault.title}: {error!r}")
            traceback.print_exc()
            return
        finally:
            pulse.finish()
        violations, doubts = believable(judge_cluster(evidence), pulse.longest)
        said = as_json(fault, played.course, evidence, violations)
        verdict.faults.append({**said, "seconds": round(time.monotonic() - begun, 1)})
        verdict.violations += violations
        verdict.troubles += [*doubts, *shortfalls(fault, verdict.faults[-1])]
        print(_line(verdict.faults[-1]), flush=True)


def _line(said: dict) -> str:
    found = ", ".join(sorted({violation["rule"] for violation in said["violations"]})) or "kept"
    takeover = f", taken over within {said['takeoverSeconds'][-1]:.1f} s" if said["takeoverSeconds"] else ""
    return (f"fault {said['fault']:>2}  {said['title']}: {said['jobs']} jobs, {said['faults']} faults,"
            f" {said['unknown']} unknown, {said['recovered']} recovered{takeover}; {said['seconds']:.0f} s; {found}")


def _clean_end(hands: Hands) -> list[Violation]:
    """SIGTERM ends every role with 0."""
    return [Violation("exit", f"SIGTERM ended the {end['role']} number {end['number']} with {end}")
            for end in hands.stop() if end["code"] != 0]
