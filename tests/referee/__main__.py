"""Crash referee: kills `odd-dashboard up` at random moments under load, and judges what is left.

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
    parser.add_argument("--binary", type=Path, required=True, help="the odd-dashboard to judge")
    parser.add_argument("--work-dir", type=Path, required=True, help="emptied, then kept for inspection")
    parser.add_argument("--report", type=Path, help="where the JSON report goes")
    parser.add_argument("--rounds", type=int, default=50, help="how often it is killed under load")
    parser.add_argument("--seed", type=int, default=1, help="of every random choice")
    parser.add_argument("--max-seconds", type=int, default=300, help="when to stop killing, whatever the round")
    return parser.parse_args()


def main() -> int:
    arguments = parse_arguments()
    shutil.rmtree(arguments.work_dir, ignore_errors=True)
    arguments.work_dir.mkdir(parents=True)
    plan = Plan(arguments.binary.resolve(), arguments.work_dir.resolve(), arguments.rounds, arguments.seed,
                arguments.max_seconds)
    trial = Trial(plan)
    try:
        evidence = trial.run()
    except Exception:
        traceback.print_exc()
        return 2
    violations = judge(evidence)
    found = report.as_json(trial.course, evidence, violations)
    if arguments.report is not None:
        arguments.report.write_text(json.dumps(found, indent=2) + "\n")
    print(report.as_text(found))
    if violations:
        return 1
    return 2 if found["shortfalls"] else 0


if __name__ == "__main__":
    sys.exit(main())
