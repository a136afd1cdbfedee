import { expect, test } from "vitest";
import { parseJson } from "../json/parse";
import { compose } from "./compose";
import { draftOf, type Draft } from "./draft";
import { readSchema } from "./readSchema";
import { hasForm, kindOf, resolve, type Schema } from "./schema";

/** The schema as it is read from an answer. */
function schemaOf(json: unknown): Schema {
  const document = parseJson(typeof json === "string" ? json : JSON.stringify(json));
  return readSchema(document, document.root);
}

const SCHEMA = schemaOf({
  type: "object",
  properties: {
    url: { type: "string", minLength: 2, maxLength: 10, pattern: "^h" },
    retries: { type: "integer", minimum: 0, maximum: 5 },
    ratio: { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1 },
    strict: { type: "boolean" },
    method: { enum: ["GET", "POST", null] },
    names: { type: "array", items: { type: "string" }, minItems: 2, maxItems: 3 },
    auth: { $ref: "#/$defs/auth" },
    any: { oneOf: [{ type: "string" }, { type: "number" }] },
  },
  required: ["url"],
  $defs: { auth: { type: "object", properties: { user: { type: "string" } }, required: ["user"] } },
});

const draftFor = (json: string): Draft => {
  const document = parseJson(json);
  return draftOf(SCHEMA, SCHEMA, document, document.root);
};
const composed = (json: string) => compose(draftFor(json), SCHEMA, SCHEMA, "/payload");

test("a payload comes back from the form with every digit and with fields that the schema does not name", () => {
  const json =
    '{"url":"http","retries":3,"ratio":0.5000000000000000001,"strict":true,"method":null,"names":["a","b"],' +
    '"auth":{"user":"u","more":[1.10]},"any":{"deep":12345678901234567890},"extra":1e5}';
  const { json: back, problems } = composed(json);
  expect(problems).toEqual([]);
  expect(back?.replace(/\s/g, "")).toBe(json);
});

test("a value of another kind than the schema says is kept as JSON", () => {
  expect(composed('{"url":"http","retries":"three"}').json).toBe('{"url":"http","retries":"three"}');
});

test("absent values stay absent, and only required ones are asked for", () => {
  const { json, problems } = compose(draftOf(SCHEMA, SCHEMA), SCHEMA, SCHEMA, "/payload");
  expect(json).toBe("{}");
  expect(problems).toEqual([{ pointer: "/payload/url", message: "is required" }]);
});

test.each([
  ['{"url":"h"}', "/payload/url", "must have at least 2 characters"],
  ['{"url":"http://long"}', "/payload/url", "must have at most 10 characters"],
  ['{"url":"ftp"}', "/payload/url", "must match the pattern ^h"],
  ['{"url":"http","retries":6}', "/payload/retries", "must be at most 5"],
  ['{"url":"http","retries":-1}', "/payload/retries", "must be at least 0"],
  ['{"url":"http","retries":1.5}', "/payload/retries", "must be an integer, not a number"],
  ['{"url":"http","ratio":0}', "/payload/ratio", "must be more than 0"],
  ['{"url":"http","ratio":1}', "/payload/ratio", "must be less than 1"],
  ['{"url":"http","names":["a"]}', "/payload/names", "must have at least 2 items"],
  ['{"url":"http","names":["a","b","c","d"]}', "/payload/names", "must have at most 3 items"],
  ['{"url":"http","auth":{"other":1}}', "/payload/auth/user", "is required"],
])("%s is refused at %s", (json, pointer, message) => {
  expect(composed(json).problems).toEqual([{ pointer, message }]);
});

test("typed numbers and JSON are checked", () => {
  const draft = draftFor('{"url":"http","retries":1,"ratio":0.5,"any":1}');
  if (draft.kind !== "object") throw new Error("no object");
  const set = (name: string, text: string): void => {
    const field = draft.fields.find((one) => one.name === name)?.draft;
    if (field && "text" in field) field.text = text;
  };
  set("retries", "many");
  set("ratio", "1e999");
  set("any", "{");
  const { problems } = compose(draft, SCHEMA, SCHEMA, "/payload");
  expect(problems).toMatchObject([
    { pointer: "/payload/retries", message: "must be an integer" },
    { pointer: "/payload/ratio", message: "the number is out of range" },
    { pointer: "/payload/any" },
  ]);
});

test("an empty text that was given is kept, and another one is absent", () => {
  expect(composed('{"url":"","names":["",""]}').json).toBe('{"url":"","names":["",""]}');
  expect(composed('{"url":""}').problems).toEqual([
    { pointer: "/payload/url", message: "must have at least 2 characters" },
  ]);
  const schema = schemaOf({ type: "object", properties: { s: { type: "string" } }, required: ["s"] });
  const document = parseJson('{"s":""}');
  const given = draftOf(schema, schema, document, document.root);
  expect(compose(given, schema, schema, "")).toEqual({ json: '{"s":""}', problems: [] });
});

test("numbers beyond the exact ones of a browser are offered and sent with every digit", () => {
  const schema = schemaOf(
    '{"type":"object","properties":{"id":{"enum":[9007199254740993]},"size":{"type":"integer","default":9007199254740993}}}',
  );
  expect(compose(draftOf(schema, schema), schema, schema, "").json).toBe('{"size":9007199254740993}');
  const document = parseJson('{"id":9007199254740993}');
  expect(draftOf(schema, schema, document, document.root)).toMatchObject({
    fields: [{ name: "id", draft: { kind: "enum", value: "9007199254740993" } }, { name: "size" }],
  });
});

test("a choice is known whatever escape sequences it is written with", () => {
  const schema = schemaOf({ type: "object", properties: { a: { enum: ["é", "é"] } } });
  const document = parseJson('{"a":"\\u00e9"}');
  expect(draftOf(schema, schema, document, document.root)).toMatchObject({
    fields: [{ draft: { kind: "enum", value: '"é"' } }],
  });
  expect(schema.properties?.a?.enum).toEqual(['"é"']);
});

test("fields that are named like keywords are fields", () => {
  const schema = schemaOf(
    '{"type":"object","properties":{"enum":{"type":"string"},"default":{"type":"integer"},"__proto__":{"type":"number"}}}',
  );
  expect(draftOf(schema, schema)).toMatchObject({
    fields: [
      { name: "enum", draft: { kind: "string" } },
      { name: "default", draft: { kind: "integer" } },
      { name: "__proto__", draft: { kind: "number" } },
    ],
  });
});

test("defaults are filled in only when there is no payload yet", () => {
  const schema = schemaOf({
    type: "object",
    properties: {
      a: { type: "string", default: "x" },
      b: { type: "integer", default: 3 },
      c: { type: "boolean", default: true },
      d: { type: "boolean", default: "not a choice" },
    },
  });
  expect(compose(draftOf(schema, schema), schema, schema, "").json).toBe('{"a":"x","b":3,"c":true}');
  const document = parseJson("{}");
  expect(compose(draftOf(schema, schema, document, document.root), schema, schema, "").json).toBe("{}");
});

test("a pattern that the browser cannot read is left to the gateway", () => {
  const schema = schemaOf({ type: "object", properties: { a: { type: "string", pattern: "(" } } });
  const document = parseJson('{"a":"x"}');
  expect(compose(draftOf(schema, schema, document, document.root), schema, schema, "").problems).toEqual([]);
});

test("what the form does not understand is edited as JSON", () => {
  expect(kindOf({ anyOf: [] })).toBe("json");
  expect(kindOf({ type: ["string", "null"] })).toBe("json");
  expect(kindOf({ type: "object" })).toBe("json");
  expect(kindOf(schemaOf({ enum: [{}] }))).toBe("json");
  expect(kindOf({ type: "array", items: { type: "string" } }, 6)).toBe("json");
});

test("references that lead nowhere or in circles end", () => {
  const root: Schema = { $defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/a" } } };
  expect(kindOf(resolve({ $ref: "#/$defs/a" }, root))).toBe("json");
  expect(kindOf(resolve({ $ref: "https://example.com/x" }, root))).toBe("json");
});

test("only objects have a form", () => {
  expect(hasForm(SCHEMA)).toBe(true);
  expect(hasForm(null)).toBe(false);
  expect(hasForm({ type: "string" })).toBe(false);
});
