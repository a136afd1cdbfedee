// Generates the explanations of terms from docs/GLOSSARY.md. With --check it changes nothing and fails on a difference.
import { readFile, writeFile } from "node:fs/promises";

const source = new URL("../../docs/GLOSSARY.md", import.meta.url);
const target = new URL("../src/generated/glossary.json", import.meta.url);

const rows = (await readFile(source, "utf8"))
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| ---") && !line.startsWith("| term "))
  .map((line) => line.slice(2, -2).split(" | "))
  .map(([term, ...definition]) => ({
    term: plain(term),
    definition: plain(definition.join(" | ")),
  }));

/** Markdown without its marks: a tooltip shows text only. */
function plain(markdown) {
  return markdown
    .trim()
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replaceAll("`", "")
    .replaceAll("\\|", "|");
}

const current = JSON.stringify(rows, null, 2) + "\n";
if (!process.argv.includes("--check")) {
  await writeFile(target, current);
} else if ((await readFile(target, "utf8")) !== current) {
  console.error("error: src/generated/glossary.json differs from docs/GLOSSARY.md");
  console.error("hint: run `npm run generate` in web/");
  process.exit(1);
}
