// Makes JSON of what was typed into a form, and checks it by the schema, with the messages of the gateway.
import { inert } from "../inert";
import { pointerPart } from "../json/node";
import { JsonError, parseJson } from "../json/parse";
import type { Problem } from "../newJob/fields";
import type { Draft } from "./draft";
import { resolve, type Schema } from "./schema";

/** JSON text, or `undefined` for an absent value, with what is wrong with it. */
export interface Composed {
  json: string | undefined;
  problems: Problem[];
}

export function compose(
  draft: Draft,
  given: Schema,
  root: Schema,
  pointer: string,
  isRequired = true,
): Composed {
  const problems: Problem[] = [];
  const json = new Composer(root, problems).value(draft, given, pointer, isRequired);
  return { json, problems };
}

class Composer {
  constructor(
    private readonly root: Schema,
    private readonly problems: Problem[],
  ) {}

  value(draft: Draft, given: Schema, pointer: string, isRequired: boolean): string | undefined {
    const schema = resolve(given, this.root);
    const json = this.#json(draft, schema, pointer, isRequired);
    if (json === undefined && isRequired) this.#refuse(pointer, "is required");
    return json;
  }

  #json(draft: Draft, schema: Schema, pointer: string, isRequired: boolean): string | undefined {
    switch (draft.kind) {
      case "object":
        return this.#object(draft, schema, pointer, isRequired);
      case "array":
        return this.#array(draft, schema, pointer, isRequired);
      case "boolean":
      case "enum":
        return draft.value === "" ? undefined : draft.value;
      case "string":
        return draft.text === "" && !draft.keepsEmpty ? undefined : this.#string(draft.text, schema, pointer);
      case "json":
        return this.#raw(draft.text.trim(), pointer);
      default:
        return this.#number(draft.text.trim(), schema, pointer, draft.kind === "integer");
    }
  }

  #object(
    draft: Draft & { kind: "object" },
    schema: Schema,
    pointer: string,
    isRequired: boolean,
  ): string | undefined {
    const before = this.problems.length;
    const parts: string[] = [];
    for (const { name, draft: field } of draft.fields) {
      const property = schema.properties?.[name] ?? {};
      const json = this.value(
        field,
        property,
        pointer + pointerPart(name),
        schema.required?.includes(name) ?? false,
      );
      if (json !== undefined) parts.push(`${JSON.stringify(name)}:${json}`);
    }
    for (const { name, json } of draft.others) parts.push(`${JSON.stringify(name)}:${json}`);
    if (parts.length === 0 && !isRequired) {
      // Nothing was typed into an object that may be absent, so that its own fields may be, too.
      this.problems.length = before;
      return undefined;
    }
    return `{${parts.join(",")}}`;
  }

  #array(
    draft: Draft & { kind: "array" },
    schema: Schema,
    pointer: string,
    isRequired: boolean,
  ): string | undefined {
    if (draft.items.length === 0 && draft.isAbsent && !isRequired) return undefined;
    const items = draft.items.map(({ draft: item }, index) =>
      this.value(item, schema.items ?? {}, `${pointer}/${index}`, true),
    );
    const { minItems, maxItems } = schema;
    if (minItems !== undefined && items.length < minItems) {
      this.#refuse(pointer, `must have at least ${counted(minItems, "item")}`);
    }
    if (maxItems !== undefined && items.length > maxItems) {
      this.#refuse(pointer, `must have at most ${counted(maxItems, "item")}`);
    }
    return `[${items.map((json) => json ?? "null").join(",")}]`;
  }

  #string(text: string, schema: Schema, pointer: string): string {
    const length = [...text].length;
    const { minLength, maxLength, pattern } = schema;
    if (minLength !== undefined && length < minLength) {
      this.#refuse(pointer, `must have at least ${counted(minLength, "character")}`);
    }
    if (maxLength !== undefined && length > maxLength) {
      this.#refuse(pointer, `must have at most ${counted(maxLength, "character")}`);
    }
    if (pattern !== undefined && !matches(pattern, text)) {
      this.#refuse(pointer, `must match the pattern ${inert(pattern)}`);
    }
    return JSON.stringify(text);
  }

  #number(text: string, schema: Schema, pointer: string, isInteger: boolean): string | undefined {
    if (text === "") return undefined;
    if (!/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text)) {
      this.#refuse(pointer, `must be ${isInteger ? "an integer" : "a number"}`);
      return undefined;
    }
    const value = Number(text);
    if (!Number.isFinite(value)) {
      this.#refuse(pointer, "the number is out of range");
      return undefined;
    }
    if (isInteger && !Number.isInteger(value)) this.#refuse(pointer, "must be an integer, not a number");
    const bounds: [number | undefined, (limit: number) => boolean, string][] = [
      [schema.minimum, (limit) => value >= limit, "at least"],
      [schema.maximum, (limit) => value <= limit, "at most"],
      [schema.exclusiveMinimum, (limit) => value > limit, "more than"],
      [schema.exclusiveMaximum, (limit) => value < limit, "less than"],
    ];
    for (const [limit, isMet, words] of bounds) {
      if (limit !== undefined && !isMet(limit)) this.#refuse(pointer, `must be ${words} ${limit}`);
    }
    return text;
  }

  #raw(text: string, pointer: string): string | undefined {
    if (text === "") return undefined;
    try {
      parseJson(text);
      return text;
    } catch (cause) {
      const { message, line, column } = cause as JsonError;
      this.#refuse(pointer, `${message} (line ${line}, column ${column})`);
      return undefined;
    }
  }

  #refuse(pointer: string, message: string): void {
    // One message for a field is enough, and the first one is the most specific.
    if (!this.problems.some((problem) => problem.pointer === pointer))
      this.problems.push({ pointer, message });
  }
}

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? "" : "s"}`;

/** Whether the text matches. A pattern that this browser cannot read is left to the gateway. */
function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, "u").test(text);
  } catch {
    return true;
  }
}
