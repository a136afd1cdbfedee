import { expect, test } from "vitest";
import { compactJson, copyOfValue, escapeUnsafe, formatJson } from "./format";
import { fieldOf, pointerOf, sourceOf, type JsonDocument, type JsonNode } from "./node";
import { JsonError, parseJson } from "./parse";
import { allContainers, findInTree, openAtFirst, treeRows } from "./tree";

function at(document: JsonDocument, ...path: (string | number)[]): JsonNode {
  let node = document.root;
  for (const name of path) {
    const child = node.children.find((one) => one.name === name);
    if (!child) throw new Error(`no ${name}`);
    node = child;
  }
  return node;
}

function errorOf(text: string): { message: string; line: number; column: number } {
  try {
    parseJson(text);
  } catch (cause) {
    const { message, line, column } = cause as JsonError;
    return { message, line, column };
  }
  throw new Error(`accepted: ${text}`);
}

test("numbers keep every digit, and fields their order, even if their names are numbers", () => {
  const text = '{"10":12345678901234567890.10,"9":1e400,"2":-0}'.replace("1e400", "1E+30");
  const document = parseJson(text);
  expect(document.root.children.map((child) => child.name)).toEqual(["10", "9", "2"]);
  expect(sourceOf(document, at(document, "10"))).toBe("12345678901234567890.10");
  expect(compactJson(document)).toBe(text);
});

test("a field named __proto__ is a field like any other", () => {
  const document = parseJson('{"__proto__":{"a":1}}');
  expect(pointerOf(at(document, "__proto__", "a"))).toBe("/__proto__/a");
});

test("pointers escape ~ and /", () => {
  expect(pointerOf(at(parseJson('{"a/b":[{"~":1}]}'), "a/b", 0, "~"))).toBe("/a~1b/0/~0");
});

test("every value of JSON is parsed", () => {
  const document = parseJson(' [true, false, null, "a\\n\\u00e9", -1.5e-3, {}, []] ');
  const kinds = document.root.children.map((child) => child.kind);
  expect(kinds).toEqual(["boolean", "boolean", "null", "string", "number", "object", "array"]);
  expect(copyOfValue(document, at(document, 3))).toBe("a\né");
  expect(copyOfValue(document, at(document, 4))).toBe("-1.5e-3");
});

test.each([
  ["", "a JSON value is expected", 1, 1],
  ['{\n  "é": 1,\n}', "a comma must not be the last character before }", 3, 1],
  ['{"é" 1}', "a colon is expected", 1, 6],
  ['{"a":1,"a":2}', "the object has this field twice", 1, 8],
  ['"\\u0000"', "strings must not contain U+0000", 1, 2],
  ['["a\nb"]', "strings must not contain line breaks or other control characters", 1, 4],
  ['"\\x"', "there is no such escape sequence", 1, 2],
  ["[1 2]", "a comma or ] is expected", 1, 4],
  ["{a:1}", "a field name in double quotes is expected", 1, 2],
  ["1 2", "nothing may follow the value", 1, 3],
  ["[01]", "a comma or ] is expected", 1, 3],
  ["1e999", "the number is out of range", 1, 1],
  ['["a', "the text ends too early: the string has no end", 1, 4],
  ['{"a":', "the text ends too early: a value is expected", 1, 6],
  ["[1", "the text ends too early: a comma or ] is expected", 1, 3],
  ["nope", "a value is expected", 1, 1],
])("%j is refused with the place of the error", (text, message, line, column) => {
  expect(errorOf(text)).toEqual({ message, line, column });
});

test("nesting is limited to what the gateway accepts", () => {
  expect(parseJson("[".repeat(127) + "]".repeat(127)).root.kind).toBe("array");
  expect(errorOf("[".repeat(128) + "]".repeat(128)).message).toContain("too deep");
});

test("formatting changes only white space, and compacting reverses it", () => {
  const text = '{"a":[1.50,{"b":"\\u00e9"}],"c":{},"d":[]}';
  const formatted = formatJson(parseJson(text));
  expect(formatted).toBe(
    '{\n  "a": [\n    1.50,\n    {\n      "b": "\\u00e9"\n    }\n  ],\n  "c": {},\n  "d": []\n}',
  );
  expect(compactJson(parseJson(formatted))).toBe(text);
});

test("characters that change the direction are escaped, which keeps the value", () => {
  const text = '"a\u202eb\u009b31m"';
  const escaped = escapeUnsafe(text);
  expect(escaped).toBe('"a\\u202eb\\u009b31m"');
  expect(JSON.parse(escaped)).toBe(JSON.parse(text));
});

test("a small document is unfolded, a large one only as far as it stays readable", () => {
  const small = parseJson('{"a":{"b":[1,2]}}');
  expect(treeRows(small.root, openAtFirst(small.root)).length).toBe(5);
  const large = parseJson(JSON.stringify(Array.from({ length: 1_000 }, () => ({ a: 1 }))));
  expect(treeRows(large.root, openAtFirst(large.root)).length).toBe(1_001);
  expect(treeRows(large.root, allContainers(large.root)).length).toBe(2_001);
});

test("a search finds names and values in any case, in the order of the text", () => {
  const document = parseJson('{"Name":"x","b":[{"c":"NAME \\u00e9"},17]}');
  expect(findInTree(document, "name").map(pointerOf)).toEqual(["/Name", "/b/0/c"]);
  expect(findInTree(document, "É").map(pointerOf)).toEqual(["/b/0/c"]);
  expect(findInTree(document, "17").map(pointerOf)).toEqual(["/b/1"]);
  expect(findInTree(document, "")).toEqual([]);
});

test("a text of 1 MiB is parsed, and a long string does not exhaust the stack", () => {
  const text = JSON.stringify({
    long: "x".repeat(1_000_000),
    many: Array.from({ length: 10_000 }, (_, i) => i),
  });
  const document = parseJson(text);
  const long = fieldOf(document.root, "long");
  expect(long && long.end - long.start).toBe(1_000_002);
  expect(fieldOf(document.root, "none")).toBeUndefined();
});
