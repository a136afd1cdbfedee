/** A value in a JSON text. It keeps its place in the text, so that numbers, strings and the order of fields stay exact. */
export interface JsonNode {
  kind: "object" | "array" | "string" | "number" | "boolean" | "null";
  /** Where the value begins in the text, and where it ends. */
  start: number;
  end: number;
  /** The name of the field that has the value, or the index in its array. */
  name: string | number | undefined;
  parent: JsonNode | undefined;
  /** The values in an object or array, in the order of the text. */
  children: JsonNode[];
}

/** A JSON text with its values. */
export interface JsonDocument {
  text: string;
  root: JsonNode;
}

export const isContainer = (node: JsonNode): boolean => node.kind === "object" || node.kind === "array";

/** The text of the value, exactly as it was written. */
export const sourceOf = (document: JsonDocument, node: JsonNode): string =>
  document.text.slice(node.start, node.end);

/** The characters of a string value. */
export const stringOf = (document: JsonDocument, node: JsonNode): string =>
  JSON.parse(sourceOf(document, node)) as string;

/** The RFC 6901 pointer to the value; empty for the root. */
export function pointerOf(node: JsonNode): string {
  const parts: string[] = [];
  for (let at: JsonNode | undefined = node; at?.parent; at = at.parent)
    parts.unshift(pointerPart(at.name ?? ""));
  return parts.join("");
}

/** One step of a pointer. */
export const pointerPart = (name: string | number): string =>
  "/" + String(name).replaceAll("~", "~0").replaceAll("/", "~1");

/** The value of a field, if the node is an object that has it. */
export const fieldOf = (node: JsonNode, name: string): JsonNode | undefined =>
  node.kind === "object" ? node.children.find((child) => child.name === name) : undefined;
