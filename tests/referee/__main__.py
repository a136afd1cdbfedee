"""Crash referee: breaks the observatory at random moments under load, and judges what is left.

Exit code 0: every promise was kept. 1: violations were found. 2: no verdict could be reached.
"""

import argparse
import json
import shutil
import sys
import traceback
from pathlib import Path

import report
from judge import judge
from trial import Plan, Trial


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="referee", description=__doc__)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--binary", type=Path, required=True, help="the odd-dashboard to judge")
    common.add_argument("--work-dir", type=Path, required=True, help="emptied, then kept for inspection")
    common.add_argument("--report", type=Path, help="where the JSON report goes")
    common.add_argument("--seed", type=int, default=1, help="of every random choice")
    subjects = parser.add_subparsers(dest="subject", required=True)
    embedded = subjects.add_parser("embedded", parents=[common], help="judge `odd-dashboard up`")
    embedded.add_argument("--rounds", type=int, default=50, help="how often it is killed under load")
    embedded.add_argument("--max-seconds", type=int, default=300, help="when to stop killing, whatever the round")
    cluster = subjects.add_parser("cluster", parents=[common], help="judge the roles on real servers")
    cluster.add_argument("--hands", required=True, help="host:port where xtask starts and breaks clusters")
    cluster.add_argument("--fault", type=int, action="append", help="its number in the plan; all by default")
    cluster.add_argument("--rounds", type=int, default=1, help="how many seeds, each with a cluster of its own")
    cluster.add_argument("--event-delay", type=float, default=60.0, help="seconds for which fault 20 holds events back")
    cluster.add_argument("--max-seconds", type=int, default=10_800, help="when to begin with no further seed")
    return parser.parse_args()


def main() -> int:
    arguments = parse_arguments()
    shutil.rmtree(arguments.work_dir, ignore_errors=True)
    arguments.work_dir.mkdir(parents=True)
    try:
        found = judge_cluster(arguments) if arguments.subject == "cluster" else judge_embedded(arguments)
    except Exception:
        traceback.print_exc()
        return 2
    if arguments.report is not None:
        arguments.report.write_text(json.dumps(found, indent=2) + "\n")
    if found["violations"]:
        return 1
    return 2 if found["shortfalls"] else 0


def judge_embedded(arguments: argparse.Namespace) -> dict:
    plan = Plan(arguments.binary.resolve(), arguments.work_dir.resolve(), arguments.rounds, arguments.seed,
                arguments.max_seconds)
    trial = Trial(plan)
    evidence = trial.run()
    found = report.as_json(trial.course, evidence, judge(evidence))
    print(report.as_text(found))
    return found


def judge_cluster(arguments: argparse.Namespace) -> dict:
    # Only here: it needs packages that the embedded observatory does without.
    from cluster import season
    found = season.hold(arguments)
    for violation in found["violations"][:report.SHOWN]:
        print(f"  {violation['rule']}: {violation['detail']}")
    return found


if __name__ == "__main__":
    sys.exit(main())
