import { describe, expect, it } from "vitest";
import { schemaRows } from "./schemaRows";

describe("the rows of a schema", () => {
  it("name each field with its type, its limits and whether it is required", () => {
    const rows = schemaRows({
      type: "object",
      properties: {
        url: { type: "string", format: "uri", minLength: 1, maxLength: 2_000, description: "Where to." },
        method: { enum: ["GET", "POST"], default: "GET" },
        retries: { type: ["integer", "null"], minimum: 0 },
        kind: { const: "x" },
        anything: {},
      },
      required: ["url"],
    });
    expect(rows.map(({ path, type, limits }) => [path, type, limits])).toEqual([
      ["url", "string (uri)", "1 to 2000 characters"],
      ["method", "one of", '"GET", "POST"; default "GET"'],
      ["retries", "integer or null", "at least 0"],
      ["kind", "any", 'always "x"'],
      ["anything", "any", ""],
    ]);
    expect(rows[0]).toMatchObject({ isRequired: true, description: "Where to." });
    expect(rows[1]).toMatchObject({ isRequired: false, description: "" });
  });

  it("contain the fields of nested objects, lists and maps", () => {
    const rows = schemaRows({
      properties: {
        headers: {
          type: "object",
          maxProperties: 64,
          additionalProperties: { type: "string", pattern: "^x" },
        },
        items: {
          type: "array",
          maxItems: 3,
          items: { type: "object", properties: { id: { type: "integer" } } },
        },
      },
    });
    expect(rows.map(({ path, type, limits }) => `${path} ${type} ${limits}`.trim())).toEqual([
      "headers object at most 64 fields",
      "headers.* string matches ^x",
      "items array of object at most 3 items",
      "items[].id integer",
    ]);
  });

  it("are none for a schema without fields", () => {
    expect(schemaRows({ type: "string" })).toEqual([]);
    expect(schemaRows({ properties: { odd: true } })).toEqual([]);
  });

  it("end at a depth and a number, so that no schema can make the page endless", () => {
    const endless: Record<string, unknown> = { type: "object" };
    endless.properties = { again: endless };
    expect(schemaRows(endless).length).toBeLessThan(10);
    const wide = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`f${n}`, { type: "string" }]));
    expect(schemaRows({ properties: wide })).toHaveLength(200);
  });
});
