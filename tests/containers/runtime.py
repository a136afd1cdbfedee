#!/usr/bin/python3 -IS
"""Runs runc for a machine without CAP_SYS_RESOURCE: without this capability, runc can neither pass it on, nor raise limits, nor
lower the score of the process for the out-of-memory killer. Takes these requests out of the specification of the container."""

import json
import os
import sys

CAPABILITY = "CAP_SYS_RESOURCE"


def option(arguments, *names):
    for position, argument in enumerate(arguments):
        for name in names:
            if argument == name:
                return arguments[position + 1]
            if argument.startswith(name + "="):
                return argument[len(name) + 1 :]
    return None


def relax(path, select):
    with open(path, encoding="utf-8") as file:
        specification = json.load(file)
    process = select(specification)
    for name, capabilities in (process.get("capabilities") or {}).items():
        process["capabilities"][name] = [it for it in capabilities or [] if it != CAPABILITY]
    if int(process.get("oomScoreAdj") or 0) < 0:
        del process["oomScoreAdj"]
    process.pop("rlimits", None)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(specification, file)


def main():
    arguments = sys.argv[1:]
    if "create" in arguments or "run" in arguments:
        bundle = option(arguments, "--bundle", "-b") or "."
        relax(os.path.join(bundle, "config.json"), lambda specification: specification["process"])
    elif "exec" in arguments and option(arguments, "--process", "-p"):
        relax(option(arguments, "--process", "-p"), lambda specification: specification)
    os.execvp("runc", ["runc", *arguments])


main()
