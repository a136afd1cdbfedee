"""Selects the faults of a run."""

from cluster.context import Fault


def select(known: dict[int, Fault], numbers: list[int] | None, has_older: bool) -> tuple[list[Fault], list[Fault]]:
    """Returns the faults to inject, and those to skip because they need an older version. `None` selects all.

    A fault that is selected by its number cannot be skipped.
    """
    if unknown := set(numbers or ()) - known.keys():
        raise SystemExit(f"unknown faults {sorted(unknown)}; known are {sorted(known)}")
    selected = [known[number] for number in numbers or sorted(known)]
    skipped = [fault for fault in selected if fault.needs_older and not has_older]
    if skipped and numbers:
        raise SystemExit(f"faults {[fault.number for fault in skipped]} need `--older-binary` or `--older-revision`")
    return [fault for fault in selected if fault not in skipped], skipped
