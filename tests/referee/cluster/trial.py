"""One seed: injects the faults in sequence into one cluster, and checks that it shuts down cleanly."""

import os
import shutil
import subprocess
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Iterator

from cluster.nemesis import Nemesis
from cluster.observatory import ClusterObservatory
from cluster.stall_detector import StallDetector, without_stalls
from cluster.report import as_json
from cluster.round import Round, Stage
from cluster.coverage import shortfalls
from cluster.rules import LEASE_SECONDS, check_cluster
from cluster.context import Fault, Options
from evidence import Violation
from sink import Sink
from stream import StreamReader
from urls import Rotating

COMMAND_SECONDS = 60


@dataclass
class Plan:
    """The options of a trial."""

    nemesis: Nemesis
    work_dir: Path
    seed: int
    faults: list[Fault]
    options: Options


@dataclass
class Verdict:
    """The results of a trial."""

    faults: list[dict] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)  # reasons for which a fault has no verdict


def run(plan: Plan) -> Verdict:
    """Runs the faults that need the archive on a separate cluster, because the archive slows a cluster down; those that
    need the older version, too."""
    verdict = Verdict()
    for archive, older in ((False, False), (True, False), (False, True)):
        if faults := [each for each in plan.faults if (each.needs_archive, each.needs_older) == (archive, older)]:
            _run_faults(plan, faults, archive, older, verdict)
    return verdict


def _run_faults(plan: Plan, faults: list[Fault], archive: bool, older: bool, verdict: Verdict) -> None:
    folder = plan.work_dir / f"seed-{plan.seed}{'-archive' if archive else ''}{'-older' if older else ''}"
    folder.mkdir(parents=True)
    sink, printf = Sink(), shutil.which("printf")
    if printf is None:
        raise RuntimeError("`printf` is not installed, which jobs run")
    settings = {"ODD_HTTP_REQUEST_ALLOW": f"127.0.0.1:{sink.port}", "ODD_PROCESS_RUN_ALLOW": printf, "ODD_LOG": "info",
                "ODD_WORKER_LEASE_SECONDS": str(LEASE_SECONDS)}
    observatory = ClusterObservatory(plan.nemesis, folder.name, archive, older, settings)
    read_models = Rotating([observatory.read_model])
    stage = Stage(observatory, StreamReader(read_models), sink, printf, folder, plan.seed,
                  options=plan.options)
    stage.stream.start()
    try:
        verdict.violations += _commands(observatory)
        _inject_in_sequence(faults, stage, verdict)
    finally:
        stage.stream.finish()
        sink.close()
    verdict.violations += _clean_end(plan.nemesis)


def _commands(observatory: ClusterObservatory) -> Iterator[Violation]:
    """Checks that the command line works with each gateway."""
    for gateway in observatory.gateways:
        urls = {"ODD_GATEWAY_URL": gateway, "ODD_READ_MODEL_URL": observatory.read_model}
        try:
            subprocess.run(
                [observatory.binary, "submit", "echo", '{"hello":"world"}', "--wait", "-q"], env={**os.environ, **urls},
                stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=COMMAND_SECONDS, check=True,
            )
        except subprocess.SubprocessError as error:
            yield Violation("command", f"`submit --wait` at {gateway}: {error}; {error.stderr}")


def _inject_in_sequence(faults: list[Fault], stage: Stage, verdict: Verdict) -> None:
    for fault in faults:
        started = time.monotonic()
        played = Round(stage, fault)
        detector = StallDetector()
        detector.start()
        try:
            evidence = played.run()
        except Exception as error:  # its leftovers would distort the verdict on later faults
            verdict.troubles.append(f"fault {fault.number}, {fault.title}: {error!r}")
            traceback.print_exc()
            return
        finally:
            detector.finish()
        violations, doubts = without_stalls(check_cluster(evidence), detector.longest)
        report = as_json(fault, played.course, evidence, violations)
        verdict.faults.append({**report, "seconds": round(time.monotonic() - started, 1)})
        verdict.violations += violations
        verdict.troubles += [*doubts, *shortfalls(fault, verdict.faults[-1])]
        print(_line(verdict.faults[-1]), flush=True)


def _line(report: dict) -> str:
    found = ", ".join(sorted({violation["rule"] for violation in report["violations"]})) or "passed"
    takeover = f", taken over within {report['takeoverSeconds'][-1]:.1f} s" if report["takeoverSeconds"] else ""
    return (f"fault {report['fault']:>2}  {report['title']}: {report['jobs']} jobs, {report['faults']} faults,"
            f" {report['unknown']} unknown, {report['recovered']} recovered{takeover}; {report['seconds']:.0f} s; {found}")


def _clean_end(nemesis: Nemesis) -> list[Violation]:
    """Checks that SIGTERM ends every role with exit code 0."""
    return [Violation("exit", f"SIGTERM ended the {end['role']} number {end['number']} with {end}")
            for end in nemesis.stop() if end["code"] != 0]
