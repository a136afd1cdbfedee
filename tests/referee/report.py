"""The verdict as text and as JSON."""

from collections import Counter
from dataclasses import asdict

from coverage import shortfalls
from evidence import Evidence, Violation
from history import ACCEPTED, COMMAND, REFUSED, UNKNOWN, UNSENT
from trial import Course

SHOWN = 20


def as_json(course: Course, evidence: Evidence, violations: list[Violation]) -> dict:
    """Returns the whole report. `xtask` reads `rounds` and `violations`."""
    outcomes = Counter(entry.outcome for entry in evidence.entries)
    report = {
        **asdict(course),
        "requests": {outcome: outcomes[outcome] for outcome in (ACCEPTED, REFUSED, UNSENT, UNKNOWN)},
        "jobs": len(evidence.rows),
        "statuses": dict(Counter(row.status for row in evidence.rows)),
        "events": sum(len(events) for events in evidence.stored_events.values()),
        "streamedEvents": len(evidence.streamed_events),
        "effects": sum(evidence.calls.values()),
        "commands": sum(entry.expected == COMMAND and entry.outcome == ACCEPTED for entry in evidence.entries),
        "logs": len(evidence.logs),
        "lostAttempts": evidence.lost_attempts,
        "violations": [asdict(violation) for violation in violations],
    }
    return {**report, "shortfalls": shortfalls(report)}


def as_text(report: dict) -> str:
    """Returns a summary for a terminal."""
    requests, statuses = report["requests"], report["statuses"]
    lines = [
        f"rounds     {report['rounds']} kills under load, {report['killed_while_starting']} more during start;"
        f" slowest start {report['slowest_start']:.2f} s",
        "requests   " + ", ".join(f"{count} {name}" for name, count in requests.items())
        + f"; {report['repeated']} repeated",
        f"jobs       {report['jobs']}: " + ", ".join(f"{count} {name}" for name, count in sorted(statuses.items())),
        f"events     {report['events']} stored, {report['streamedEvents']} streamed over"
        f" {report['stream_connections']} connections",
        f"effects    {report['effects']} calls; {report['lostAttempts']} attempts were lost; {report['commands']} commands"
        f" were accepted; {report['logs']} logs were read",
        f"drained    in {report['drain_seconds']:.1f} s",
    ]
    rules = Counter(violation["rule"] for violation in report["violations"])
    if not rules and report["shortfalls"]:
        return "\n".join([*lines, "verdict    none, too little was observed:", *report["shortfalls"]])
    if not rules:
        return "\n".join([*lines, "verdict    no violation"])
    lines.append("verdict    VIOLATED: " + ", ".join(f"{count} {rule}" for rule, count in rules.items()))
    shown = report["violations"][:SHOWN]
    lines.extend(f"  {violation['rule']}: {violation['detail']}" for violation in shown)
    if len(report["violations"]) > SHOWN:
        lines.append(f"  and {len(report['violations']) - SHOWN} more")
    return "\n".join(lines)
