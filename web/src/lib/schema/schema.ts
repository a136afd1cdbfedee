// The part of JSON Schema that the form understands. Everything else is edited as JSON.
export interface Schema {
  type?: unknown;
  title?: string;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: unknown;
  items?: Schema;
  /** The choices, each as JSON text. */
  enum?: string[];
  const?: unknown;
  /** JSON text. */
  default?: string | undefined;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minItems?: number;
  maxItems?: number;
  $ref?: string;
  $defs?: Record<string, Schema>;
  /** Rules that the form does not understand. */
  [keyword: string]: unknown;
}

export type FieldKind = "string" | "number" | "integer" | "boolean" | "enum" | "object" | "array" | "json";

/** Keywords with which the simple ones do not say everything. */
const OTHER_RULES = [
  "oneOf",
  "anyOf",
  "allOf",
  "not",
  "if",
  "dependentSchemas",
  "patternProperties",
  "prefixItems",
];
const MAX_DEPTH = 6;
const KINDS = new Set<unknown>(["string", "number", "integer", "boolean"]);

/** Follows references within the document. Returns the schema itself if it refers to something else. */
export function resolve(schema: Schema, root: Schema): Schema {
  let at = schema;
  for (let steps = 0; at.$ref !== undefined && steps < MAX_DEPTH; steps += 1) {
    const name = /^#\/\$defs\/([^/]+)$/.exec(at.$ref)?.[1];
    const target =
      name !== undefined && root.$defs && Object.hasOwn(root.$defs, name) ? root.$defs[name] : undefined;
    if (!target) return at;
    at = target;
  }
  return at;
}

/** How a value of the schema is edited. */
export function kindOf(schema: Schema, depth = 0): FieldKind {
  if (schema.$ref !== undefined || OTHER_RULES.some((rule) => Object.hasOwn(schema, rule))) return "json";
  if (Array.isArray(schema.enum)) return schema.enum.every(isScalar) ? "enum" : "json";
  if (depth >= MAX_DEPTH) return "json";
  if (schema.type === "object") return isRecord(schema.properties) ? "object" : "json";
  if (schema.type === "array") return isRecord(schema.items) ? "array" : "json";
  return KINDS.has(schema.type) ? (schema.type as FieldKind) : "json";
}

/** Whether there is a form for the schema. */
export const hasForm = (schema: Schema | null | undefined): schema is Schema =>
  isRecord(schema) && kindOf(schema as Schema) === "object";

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isScalar = (json: string): boolean => !json.startsWith("{") && !json.startsWith("[");

/** The values that a field of the kind `boolean` or `enum` offers, each as JSON text. */
export const choicesOf = (schema: Schema): string[] => schema.enum ?? ["true", "false"];
