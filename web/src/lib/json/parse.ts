// Parses JSON by the rules of the gateway, which are stricter than RFC 8259: no duplicate fields, no U+0000, at most 128
// levels, and no number beyond the range of a double. In contrast to `JSON.parse` and the libraries for exact numbers, it
// keeps the place of each value in the text, the order of all fields, and the place of an error.
import type { JsonDocument, JsonNode } from "./node";

const MAX_DEPTH = 127;
const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const HEX = /^[0-9a-fA-F]{4}$/;
const WORDS = [
  ["true", "boolean"],
  ["false", "boolean"],
  ["null", "null"],
] as const;

/** Why a text is not JSON that the gateway accepts, and where. */
export class JsonError extends Error {
  constructor(
    message: string,
    /** Index of the faulty character in the text. */
    readonly offset: number,
    /** Line and column of it, from 1. */
    readonly line: number,
    readonly column: number,
  ) {
    super(message);
    this.name = "JsonError";
  }
}

/** Parses a text. Throws a `JsonError`. */
export const parseJson = (text: string): JsonDocument => new Parser(text).parse();

class Parser {
  #at = 0;
  #depth = 0;

  constructor(private readonly text: string) {}

  parse(): JsonDocument {
    this.#space();
    if (this.#at === this.text.length) this.#fail("a JSON value is expected");
    const root = this.#value(undefined, undefined);
    this.#space();
    if (this.#at < this.text.length) this.#fail("nothing may follow the value");
    return { text: this.text, root };
  }

  #value(name: JsonNode["name"], parent: JsonNode | undefined): JsonNode {
    const start = this.#at;
    const node: JsonNode = { kind: "null", start, end: start, name, parent, children: [] };
    const char = this.text[start];
    if (char === "{") this.#members(node, "object", "}");
    else if (char === "[") this.#members(node, "array", "]");
    else if (char === '"') {
      node.kind = "string";
      this.#string();
    } else this.#literal(node);
    node.end = this.#at;
    return node;
  }

  #literal(node: JsonNode): void {
    const word = WORDS.find(([word]) => this.text.startsWith(word, this.#at));
    if (word) {
      node.kind = word[1];
      this.#at += word[0].length;
      return;
    }
    const number = this.#match(NUMBER);
    if (number === undefined) this.#fail("a value is expected");
    if (!Number.isFinite(Number(number))) this.#fail("the number is out of range");
    node.kind = "number";
    this.#at += number.length;
  }

  #members(node: JsonNode, kind: "object" | "array", close: string): void {
    node.kind = kind;
    if (++this.#depth > MAX_DEPTH) this.#fail("the nesting is too deep: at most 128 levels are allowed");
    this.#at += 1;
    const names = new Set<string>();
    this.#space();
    while (this.text[this.#at] !== close) {
      if (node.children.length > 0) this.#comma(close);
      node.children.push(this.#value(kind === "object" ? this.#name(names) : node.children.length, node));
      this.#space();
    }
    this.#at += 1;
    this.#depth -= 1;
  }

  #comma(close: string): void {
    if (this.text[this.#at] !== ",") this.#fail(`a comma or ${close} is expected`);
    this.#at += 1;
    this.#space();
    if (this.text[this.#at] === close) this.#fail("a comma must not be the last character before " + close);
  }

  #name(names: Set<string>): string {
    const start = this.#at;
    if (this.text[start] !== '"') this.#fail("a field name in double quotes is expected");
    this.#string();
    const name = JSON.parse(this.text.slice(start, this.#at)) as string;
    if (names.has(name)) {
      this.#at = start;
      this.#fail("the object has this field twice");
    }
    names.add(name);
    this.#space();
    if (this.text[this.#at] !== ":") this.#fail("a colon is expected");
    this.#at += 1;
    this.#space();
    return name;
  }

  #string(): void {
    const { text } = this;
    this.#at += 1;
    for (;;) {
      const char = text[this.#at];
      if (char === '"') break;
      if (char === undefined) this.#fail("the string has no end");
      if (char < " ") this.#fail("strings must not contain line breaks or other control characters");
      this.#at += char === "\\" ? this.#escape() : 1;
    }
    this.#at += 1;
  }

  /** The length of the escape sequence at the current place. */
  #escape(): number {
    const char = this.text[this.#at + 1] ?? "";
    if (char !== "" && '"\\/bfnrt'.includes(char)) return 2;
    const digits = this.text.slice(this.#at + 2, this.#at + 6);
    if (char !== "u" || !HEX.test(digits)) this.#fail("there is no such escape sequence");
    if (digits === "0000") this.#fail("strings must not contain U+0000");
    return 6;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0];
    return found === "" ? undefined : found;
  }

  #space(): void {
    SPACE.lastIndex = this.#at;
    SPACE.test(this.text);
    this.#at = SPACE.lastIndex;
  }

  #fail(message: string): never {
    const before = this.text.slice(0, this.#at);
    const line = before.split("\n").length;
    const column = [...before.slice(before.lastIndexOf("\n") + 1)].length + 1;
    const isEnd = this.#at >= this.text.length && before !== "";
    throw new JsonError(isEnd ? `the text ends too early: ${message}` : message, this.#at, line, column);
  }
}
