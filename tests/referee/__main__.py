"""Crash referee: injects faults into the observatory at random moments under load, and checks its guarantees.

Exit code 0: no violation. 1: violations were found. 2: no verdict.
"""

import argparse
import json
import shutil
import sys
import traceback
from pathlib import Path

import report
from checker import check
from trial import Plan, Trial


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="referee", description=__doc__)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--work-dir", type=Path, required=True, help="folder for the files of the run, emptied at its start")
    common.add_argument("--report", type=Path, help="file for the JSON report")
    common.add_argument("--seed", type=int, default=1, help="seed of every random choice")
    subjects = parser.add_subparsers(dest="subject", required=True)
    embedded = subjects.add_parser("embedded", parents=[common], help="check `odd-dashboard up`")
    embedded.add_argument("--binary", type=Path, required=True, help="the odd-dashboard to check")
    embedded.add_argument("--rounds", type=int, default=50, help="number of kills under load")
    embedded.add_argument("--max-seconds", type=int, default=300, help="seconds after which no further round begins")
    cluster = subjects.add_parser("cluster", parents=[common], help="check the roles on real servers")
    cluster.add_argument("--nemesis", required=True, help="host:port of the nemesis in xtask, which starts clusters and injects faults")
    cluster.add_argument("--has-older", action="store_true", help="the nemesis has the binary of an older version")
    cluster.add_argument("--fault", type=int, action="append", help="number of a fault to inject; all by default")
    cluster.add_argument("--rounds", type=int, default=1, help="number of seeds, each with a new cluster")
    cluster.add_argument("--event-delay", type=float, default=60.0, help="seconds by which fault 20 delays events")
    cluster.add_argument("--max-seconds", type=int, default=10_800, help="seconds after which no further seed begins")
    return parser.parse_args()


def main() -> int:
    arguments = parse_arguments()
    shutil.rmtree(arguments.work_dir, ignore_errors=True)
    arguments.work_dir.mkdir(parents=True)
    try:
        found = check_cluster(arguments) if arguments.subject == "cluster" else check_embedded(arguments)
    except Exception:
        traceback.print_exc()
        return 2
    if arguments.report is not None:
        arguments.report.write_text(json.dumps(found, indent=2) + "\n")
    if found["violations"]:
        return 1
    return 2 if found["shortfalls"] else 0


def check_embedded(arguments: argparse.Namespace) -> dict:
    plan = Plan(arguments.binary.resolve(), arguments.work_dir.resolve(), arguments.rounds, arguments.seed,
                arguments.max_seconds)
    trial = Trial(plan)
    evidence = trial.run()
    found = report.as_json(trial.course, evidence, check(evidence))
    print(report.as_text(found))
    return found


def check_cluster(arguments: argparse.Namespace) -> dict:
    # Imported here, because the embedded observatory does not need its packages.
    from cluster import campaign
    found = campaign.run(arguments)
    for violation in found["violations"][:report.SHOWN]:
        print(f"  {violation['rule']}: {violation['detail']}")
    return found


if __name__ == "__main__":
    sys.exit(main())
