// Reads a JSON Schema from its text. Values that the form offers stay JSON text, so that numbers keep every digit.
import { compactJson } from "../json/format";
import { sourceOf, stringOf, type JsonDocument, type JsonNode } from "../json/node";
import type { Schema } from "./schema";

export function readSchema(document: JsonDocument, node: JsonNode): Schema {
  return Object.fromEntries(
    node.children.map((child) => [String(child.name), keyword(document, child)]),
  ) as Schema;
}

function keyword(document: JsonDocument, node: JsonNode): unknown {
  switch (`${node.name} ${node.kind}`) {
    case "enum array":
      return [...new Set(node.children.map((child) => valueText(document, child)))];
    case "items object":
      return readSchema(document, node);
    case "properties object":
    case "$defs object":
      return Object.fromEntries(
        node.children.map((child) => [String(child.name), property(document, child)]),
      );
    default:
      return node.name === "default" ? valueText(document, node) : JSON.parse(sourceOf(document, node));
  }
}

/** A schema can also be `true` or `false`, which says nothing about the value's form. */
const property = (document: JsonDocument, node: JsonNode): Schema =>
  node.kind === "object" ? readSchema(document, node) : {};

/** The value as JSON text that is the same for the same value, except for numbers. */
export const valueText = (document: JsonDocument, node: JsonNode): string =>
  node.kind === "string" ? JSON.stringify(stringOf(document, node)) : compactJson(document, node);
