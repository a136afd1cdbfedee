import { sourceOf, stringOf, type JsonDocument, type JsonNode } from "./node";

/** The value as indented JSON. Only white space changes: numbers and strings stay as they were written. */
export function formatJson(document: JsonDocument, node: JsonNode = document.root): string {
  const parts: string[] = [];
  write(document, node, "\n", parts);
  return parts.join("");
}

function write(document: JsonDocument, node: JsonNode, lineBreak: string, parts: string[]): void {
  if (node.children.length === 0) {
    const isEmptyContainer = node.kind === "object" || node.kind === "array";
    parts.push(isEmptyContainer ? (node.kind === "object" ? "{}" : "[]") : sourceOf(document, node));
    return;
  }
  const [open, close] = node.kind === "object" ? ["{", "}"] : ["[", "]"];
  const inner = lineBreak + "  ";
  parts.push(open);
  for (const [index, child] of node.children.entries()) {
    parts.push(index > 0 ? "," : "", inner);
    if (typeof child.name === "string") parts.push(JSON.stringify(child.name), ": ");
    write(document, child, inner, parts);
  }
  parts.push(lineBreak, close);
}

/** The value as JSON without any white space that JSON does not need. */
export function compactJson(document: JsonDocument, node: JsonNode = document.root): string {
  if (node.kind === "object") {
    const fields = node.children.map(
      (child) => `${JSON.stringify(child.name)}:${compactJson(document, child)}`,
    );
    return `{${fields.join(",")}}`;
  }
  if (node.kind === "array")
    return `[${node.children.map((child) => compactJson(document, child)).join(",")}]`;
  return sourceOf(document, node);
}

// Characters that JSON allows in strings although they can change how a terminal or an editor shows the text.
const UNSAFE = /[\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** The same JSON with escape sequences in place of characters that could change how it is shown. */
export const escapeUnsafe = (json: string): string =>
  json.replace(UNSAFE, (char) => "\\u" + char.charCodeAt(0).toString(16).padStart(4, "0"));

/** What copying a value gives: the characters of a string, otherwise indented JSON. */
export const copyOfValue = (document: JsonDocument, node: JsonNode): string =>
  node.kind === "string" ? stringOf(document, node) : formatJson(document, node);
