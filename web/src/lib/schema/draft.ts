// What is typed into a form that is made from a schema. Numbers and fields that the schema does not name stay the text that
// they were, so that nothing is lost on the way through the form.
import { fieldOf, sourceOf, stringOf, type JsonDocument, type JsonNode } from "../json/node";
import { formatJson } from "../json/format";
import { valueText } from "./readSchema";
import { choicesOf, kindOf, resolve, type Schema } from "./schema";

export type Draft =
  /** `keepsEmpty`: an empty text is a value, and not an absent one. */
  | { kind: "string"; text: string; keepsEmpty: boolean }
  | { kind: "number" | "integer" | "json"; text: string }
  /** `value` is JSON text; empty for an absent value. */
  | { kind: "boolean" | "enum"; value: string }
  | { kind: "array"; items: { draft: Draft }[]; isAbsent: boolean }
  | { kind: "object"; fields: { name: string; draft: Draft }[]; others: { name: string; json: string }[] };

/** The draft for a value, or for an absent one. */
export function draftOf(
  given: Schema,
  root: Schema,
  document?: JsonDocument,
  node?: JsonNode,
  depth = 0,
): Draft {
  const schema = resolve(given, root);
  const kind = kindOf(schema, depth);
  if (document && node) return draftOfValue(schema, root, document, node, depth);
  const text = schema.default ?? "";
  if (kind === "string") return draftOfText(text.startsWith('"') ? (JSON.parse(text) as string) : undefined);
  if (kind === "boolean" || kind === "enum")
    return { kind, value: choicesOf(schema).includes(text) ? text : "" };
  if (kind === "array") return { kind, items: [], isAbsent: true };
  if (kind === "object") return { kind, fields: fieldsOf(schema, root, depth), others: [] };
  return { kind, text };
}

/** A text that was given is kept, even if it is empty. */
const draftOfText = (given: string | undefined): Draft => ({
  kind: "string",
  text: given ?? "",
  keepsEmpty: given === "",
});

function draftOfValue(
  schema: Schema,
  root: Schema,
  document: JsonDocument,
  node: JsonNode,
  depth: number,
): Draft {
  const kind = kindOf(schema, depth);
  const source = sourceOf(document, node);
  if (kind === "string" && node.kind === "string") return draftOfText(stringOf(document, node));
  if ((kind === "number" || kind === "integer") && node.kind === "number") return { kind, text: source };
  if (kind === "boolean" && node.kind === "boolean") return { kind, value: source };
  if (kind === "enum") {
    const value = valueText(document, node);
    if (choicesOf(schema).includes(value)) return { kind, value };
  }
  if (kind === "array" && node.kind === "array" && schema.items) {
    const { items } = schema;
    const drafts = node.children.map((child) => ({
      draft: draftOf(items, root, document, child, depth + 1),
    }));
    return { kind, items: drafts, isAbsent: false };
  }
  if (kind === "object" && node.kind === "object") {
    const known = schema.properties ?? {};
    const others = node.children.filter((child) => !Object.hasOwn(known, String(child.name)));
    return {
      kind,
      fields: fieldsOf(schema, root, depth, document, node),
      others: others.map((child) => ({ name: String(child.name), json: sourceOf(document, child) })),
    };
  }
  // The value is of another kind than the schema says: it is kept, and edited as JSON.
  return { kind: "json", text: formatJson(document, node) };
}

function fieldsOf(schema: Schema, root: Schema, depth: number, document?: JsonDocument, node?: JsonNode) {
  return requiredFirst(schema).map(([name, property]) => {
    const value = node && fieldOf(node, name);
    // A value that is given leaves no room for defaults.
    const isAbsent = node !== undefined && value === undefined;
    const used = isAbsent ? withoutDefault(resolve(property, root)) : property;
    return { name, draft: draftOf(used, root, document, value, depth + 1) };
  });
}

/** The properties: first those that are required, each part in the order of the schema. */
function requiredFirst({ properties = {}, required = [] }: Schema): [string, Schema][] {
  const all = Object.entries(properties);
  const isRequired = ([name]: [string, Schema]): boolean => required.includes(name);
  return [...all.filter(isRequired), ...all.filter((one) => !isRequired(one))];
}

const withoutDefault = (schema: Schema): Schema => ({ ...schema, default: undefined });
