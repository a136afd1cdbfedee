// Generates TypeScript types from the API documents under contracts/. With --check it changes nothing and fails if a
// generated file differs from the documents.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import openapiTypescript, { astToString } from "openapi-typescript";

const contracts = new URL("../../contracts/", import.meta.url);
const generated = new URL("../src/generated/", import.meta.url);
const documents = ["gateway", "read-model", "web-ui", "web-pty"];

const header = (source) => `// Generated from contracts/${source} by \`npm run generate\`; do not edit.\n\n`;

async function typesOf(name) {
  const document = new URL(`openapi/${name}.json`, contracts);
  const ast = await openapiTypescript(document, { alphabetize: true });
  return header(`openapi/${name}.json`) + astToString(ast);
}

async function exists(url) {
  return readFile(url).then(
    () => true,
    () => false,
  );
}

const isCheck = process.argv.includes("--check");
await mkdir(generated, { recursive: true });
const outdated = [];
for (const name of documents) {
  if (!(await exists(new URL(`openapi/${name}.json`, contracts)))) continue;
  const path = new URL(`${name}.ts`, generated);
  const current = await typesOf(name);
  const existing = await readFile(path, "utf8").catch(() => "");
  if (existing === current) continue;
  if (isCheck) outdated.push(name);
  else await writeFile(path, current);
}
if (outdated.length > 0) {
  console.error(`error: the generated types of ${outdated.join(", ")} differ from contracts/`);
  console.error("hint: run `npm run generate` in web/ and adapt the page to the changed contract");
  process.exit(1);
}
