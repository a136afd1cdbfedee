// A JSON Schema as a flat list of fields, for people. Parts that it does not know are left to the schema's text.

export interface SchemaRow {
  /** Path of the field, such as `headers.*` or `items[].id`. */
  path: string;
  type: string;
  isRequired: boolean;
  /** Limits and allowed values: "1 to 300000", "one of GET, POST". */
  limits: string;
  description: string;
}

type Schema = Record<string, unknown>;

const MOST_ROWS = 200;
const MOST_LEVELS = 6;

const isSchema = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The fields of an object's schema in its order, with the fields of nested objects and lists below them. */
export function schemaRows(schema: Schema): SchemaRow[] {
  const rows: SchemaRow[] = [];
  addFields(rows, schema, "", 0);
  return rows;
}

function addFields(rows: SchemaRow[], schema: Schema, prefix: string, level: number): void {
  if (level >= MOST_LEVELS) return;
  const required = Array.isArray(schema.required) ? schema.required : [];
  const fields = isSchema(schema.properties) ? Object.entries(schema.properties) : [];
  for (const [name, field] of fields) {
    if (isSchema(field)) addField(rows, field, prefix + name, required.includes(name), level);
  }
  if (isSchema(schema.additionalProperties))
    addField(rows, schema.additionalProperties, `${prefix}*`, false, level);
}

function addField(rows: SchemaRow[], field: Schema, path: string, isRequired: boolean, level: number): void {
  if (rows.length >= MOST_ROWS) return;
  rows.push({
    path,
    type: typeOf(field),
    isRequired,
    limits: limitsOf(field),
    description: typeof field.description === "string" ? field.description : "",
  });
  addFields(rows, field, `${path}.`, level + 1);
  if (isSchema(field.items)) addFields(rows, field.items, `${path}[].`, level + 1);
}

function typeOf(field: Schema): string {
  const { type } = field;
  const name = Array.isArray(type) ? type.join(" or ") : typeof type === "string" ? type : "any";
  const suffix = typeof field.format === "string" ? ` (${field.format})` : "";
  if (name === "array" && isSchema(field.items)) return `array of ${typeOf(field.items)}`;
  if (name === "any" && Array.isArray(field.enum)) return "one of";
  return name + suffix;
}

function limitsOf(field: Schema): string {
  const limits: string[] = [];
  if (Array.isArray(field.enum)) limits.push(field.enum.map((value) => JSON.stringify(value)).join(", "));
  if ("const" in field) limits.push(`always ${JSON.stringify(field.const)}`);
  limits.push(...range(field.minimum, field.maximum, ""));
  limits.push(...range(field.minLength, field.maxLength, " characters"));
  limits.push(...range(field.minItems, field.maxItems, " items"));
  limits.push(...range(field.minProperties, field.maxProperties, " fields"));
  if (typeof field.pattern === "string") limits.push(`matches ${field.pattern}`);
  if ("default" in field) limits.push(`default ${JSON.stringify(field.default)}`);
  return limits.join("; ");
}

function range(least: unknown, most: unknown, unit: string): string[] {
  if (typeof least === "number" && typeof most === "number") return [`${least} to ${most}${unit}`];
  if (typeof least === "number") return [`at least ${least}${unit}`];
  return typeof most === "number" ? [`at most ${most}${unit}`] : [];
}
