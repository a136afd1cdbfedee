#!/usr/bin/env node
// Starts the program of odd-dashboard that npm installed for this machine, or the one that ODD_BINARY names.
"use strict";

const { spawn } = require("node:child_process");
const { constants } = require("node:os");
const { optionalDependencies } = require("./package.json");

/** Signals that only this process receives. A terminal sends SIGINT to the program too. */
const FORWARDED = ["SIGTERM", "SIGHUP"];

function fail(problem, ...hints) {
  console.error(`error: ${problem}`);
  for (const hint of hints) {
    console.error(`hint: ${hint}`);
  }
  process.exit(1);
}

/** Returns whether Node.js uses musl instead of the GNU C library. */
function isMusl() {
  if (process.platform !== "linux") {
    return false;
  }
  // Otherwise, the report looks up the names of all connected hosts.
  process.report.excludeNetwork = true;
  return !process.report.getReport().header.glibcVersionRuntime;
}

/** Returns the path of the program. */
function findProgram() {
  if (process.env.ODD_BINARY) {
    return process.env.ODD_BINARY;
  }
  const machine = `${process.platform}-${process.arch}${isMusl() ? "-musl" : ""}`;
  const name = `@odd-dashboard/${machine}`;
  const build = "build the program with cargo, and set ODD_BINARY to its path";
  if (!(name in optionalDependencies)) {
    const known = Object.keys(optionalDependencies).map((known) => known.split("/")[1]);
    fail(`there is no build of odd-dashboard for ${machine}, only for ${known.join(", ")}`, build);
  }
  try {
    const suffix = process.platform === "win32" ? ".exe" : "";
    return require.resolve(`${name}/bin/odd-dashboard${suffix}`);
  } catch {
    return fail(
      `the package ${name} is not installed`,
      "install again without --omit=optional and --no-optional, and with the file of that package from the release",
      "a node_modules folder or a lock file from another operating system lacks it too: delete both, and install again",
      `or ${build}`,
    );
  }
}

const program = findProgram();
const child = spawn(program, process.argv.slice(2), { stdio: "inherit" });
process.on("SIGINT", () => {});
for (const signal of FORWARDED) {
  process.on(signal, () => child.kill(signal));
}
child.on("error", (error) => {
  const source = process.env.ODD_BINARY ? "correct ODD_BINARY" : "install odd-dashboard again";
  fail(`cannot start ${program}: ${error.message}`, source);
});
child.on("exit", (code, signal) => {
  if (signal === null) {
    process.exit(code);
  }
  for (const handled of ["SIGINT", ...FORWARDED]) {
    process.removeAllListeners(handled);
  }
  // A shell reads from its status that the program was killed. Node.js ignores some signals.
  process.kill(process.pid, signal);
  process.exitCode = 128 + constants.signals[signal];
});
