// Proves that `npm run check` sees errors in components: a component that uses a field that the contract does not have
// must be reported, and the same component without it must not.
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";

const folder = new URL("../.seeded/", import.meta.url);

const component = (field) => `<script lang="ts">
  import type { Job } from "../src/services/readModel";

  let { job }: { job: Job } = $props();
</script>

<p>{job.${field}}</p>
`;

const tsconfig = { extends: "../tsconfig.json", include: ["*.svelte"] };

/** Returns the output of the check of a component, and whether it passed. */
function check(field) {
  writeFileSync(new URL("Seeded.svelte", folder), component(field));
  const { status, stdout } = spawnSync(
    process.execPath,
    [
      "node_modules/svelte-check/bin/svelte-check",
      "--tsconfig",
      ".seeded/tsconfig.json",
      "--output",
      "machine",
    ],
    { cwd: new URL("..", import.meta.url), encoding: "utf8" },
  );
  return { passes: status === 0, output: stdout };
}

mkdirSync(folder, { recursive: true });
try {
  writeFileSync(new URL("tsconfig.json", folder), JSON.stringify(tsconfig));
  const good = check("queue");
  const bad = check("noSuchField");
  if (!good.passes) fail("a correct component is reported", good.output);
  if (bad.passes || !bad.output.includes("noSuchField"))
    fail("an error in a component is not reported", bad.output);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log("svelte-check reports a field that the contract does not have");

function fail(reason, output) {
  console.error(`error: ${reason}\n${output}`);
  process.exitCode = 1;
}
