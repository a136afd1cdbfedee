// Reads a submission from the texts of the form, and checks it by the contract, with the messages of the gateway.
import { JsonError, parseJson } from "../json/parse";
import { pointerPart } from "../json/node";
import type { Submission } from "../submission";
import { parseDuration } from "./duration";
import { splitTags } from "./tags";
import type { OptionField, Problem } from "./fields";

export interface FormTexts extends Record<OptionField, string> {
  type: string;
  payload: string;
  metadata: { name: string; value: string }[];
}

export const emptyTexts = (): FormTexts => ({
  type: "",
  payload: "",
  queue: "",
  priority: "",
  start: "",
  maxAttempts: "",
  timeout: "",
  tags: "",
  uniqueKey: "",
  baseDelay: "",
  maxDelay: "",
  multiplier: "",
  metadata: [],
});

/** Shown at the field only. */
export const TYPE_MISSING = "Type is required";

/** The gateway accepts no larger request. */
const PAYLOAD_LIMIT = 1024 * 1024;
const DAY_MS = 86_400_000;
const NAME = /^[A-Za-z0-9._-]{1,50}$/;
const NAME_MESSAGE = "must be 1 to 50 of the characters A-Z a-z 0-9 . _ -";
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** Whether the text is a type of job or the name of a queue. */
export const isName = (text: string): boolean => NAME.test(text);

/** The number of characters as the contract counts them. */
const length = (text: string): number => [...text].length;

/** Returns the submission, and everything that is wrong with it. */
export function readForm(texts: FormTexts): { submission: Submission; problems: Problem[] } {
  const reader = new Reader();
  const text = (field: OptionField | "type"): string => texts[field].trim();
  const type = text("type");
  if (type === "") reader.refuse("/type", TYPE_MISSING);
  else if (!isName(type)) reader.refuse("/type", NAME_MESSAGE);
  const retry = {
    ...reader.duration("baseDelayMs", "/retry/baseDelayMs", text("baseDelay"), 0, DAY_MS),
    ...reader.duration("maxDelayMs", "/retry/maxDelayMs", text("maxDelay"), 0, DAY_MS),
    ...reader.number("multiplier", "/retry/multiplier", text("multiplier"), 1, 10, /^\d+(\.\d+)?$/),
  };
  const submission: Submission = {
    type,
    ...reader.payload(texts.payload),
    ...reader.name("queue", text("queue")),
    ...reader.number("priority", "/priority", text("priority"), -100, 100, /^-?\d+$/),
    ...reader.start(text("start")),
    ...reader.number("maxAttempts", "/maxAttempts", text("maxAttempts"), 1, 100, /^\d+$/),
    ...reader.duration("timeoutMs", "/timeoutMs", text("timeout"), 1, DAY_MS),
    ...(Object.keys(retry).length > 0 ? { retry } : {}),
    ...reader.uniqueKey(text("uniqueKey")),
    ...reader.tags(splitTags(texts.tags)),
    ...reader.metadata(texts.metadata),
  };
  return { submission, problems: reader.problems };
}

class Reader {
  readonly problems: Problem[] = [];

  refuse(pointer: string, message: string, more: Partial<Problem> = {}): Record<never, never> {
    // One message for a field is enough, and the first one is the most specific.
    if (!this.problems.some((problem) => problem.pointer === pointer))
      this.problems.push({ pointer, message, ...more });
    return {};
  }

  payload(text: string): { payload?: string } {
    const payload = text.trim();
    if (payload === "") return {};
    if (payload.length > PAYLOAD_LIMIT || new Blob([payload]).size > PAYLOAD_LIMIT) {
      return this.refuse("/payload", "must be at most 1 MiB");
    }
    try {
      parseJson(payload);
      return { payload };
    } catch (cause) {
      return this.refuse("/payload", (cause as JsonError).message, { isSyntax: true });
    }
  }

  name<K extends string>(key: K, text: string): Partial<Record<K, string>> {
    if (text === "") return {};
    return isName(text) ? field(key, text) : this.refuse(`/${key}`, NAME_MESSAGE);
  }

  number<K extends string>(
    key: K,
    pointer: string,
    text: string,
    least: number,
    most: number,
    form: RegExp,
  ): Partial<Record<K, number>> {
    if (text === "") return {};
    const isWhole = !form.source.includes("\\.");
    if (!form.test(text)) {
      return this.refuse(
        pointer,
        `must be a ${isWhole ? "whole number" : "number"} from ${least} to ${most}`,
      );
    }
    return this.#bounded(key, pointer, Number(text), least, most);
  }

  duration<K extends string>(
    key: K,
    pointer: string,
    text: string,
    least: number,
    most: number,
  ): Partial<Record<K, number>> {
    if (text === "") return {};
    const ms = parseDuration(text);
    if (ms === undefined) return this.refuse(pointer, "must be a duration such as 30s or 5m");
    return this.#bounded(key, pointer, ms, least, most);
  }

  #bounded<K extends string>(key: K, pointer: string, value: number, least: number, most: number) {
    if (value < least) return this.refuse(pointer, `must be at least ${least}`);
    if (value > most) return this.refuse(pointer, `must be at most ${most}`);
    return field(key, value);
  }

  start(text: string): { delayMs?: number; runAt?: string } {
    if (text === "") return {};
    const delayMs = parseDuration(text);
    if (delayMs !== undefined) return this.#bounded("delayMs", "/delayMs", delayMs, 0, 365 * DAY_MS);
    if (TIME.test(text) && Number.isFinite(Date.parse(text))) return { runAt: text };
    return this.refuse("/runAt", "must be a delay such as 10m, or a time such as 2026-12-01T08:00:00Z");
  }

  uniqueKey(text: string): { uniqueKey?: string } {
    if (text === "") return {};
    return length(text) > 200
      ? this.refuse("/uniqueKey", "must have at most 200 characters")
      : { uniqueKey: text };
  }

  tags(tags: string[]): { tags?: string[] } {
    if (tags.length === 0) return {};
    if (tags.length > 20) return this.refuse("/tags", "must have at most 20 items");
    if (new Set(tags).size < tags.length) {
      return this.refuse("/tags", "must not contain the same item twice");
    }
    const long = tags.findIndex((tag) => length(tag) > 50);
    if (long >= 0) return this.refuse(`/tags/${long}`, "must have at most 50 characters");
    return { tags };
  }

  metadata(rows: FormTexts["metadata"]): { metadata?: Record<string, string> } {
    const named = rows.filter(({ name, value }) => name !== "" || value !== "");
    if (named.length === 0) return {};
    if (named.length > 50) return this.refuse("/metadata", "must have at most 50 fields");
    const names = new Set<string>();
    for (const { name, value } of named) {
      const pointer = `/metadata${pointerPart(name)}`;
      if (name === "") this.refuse("/metadata", "has a value without a name");
      else if (length(name) > 100)
        this.refuse("/metadata", "has a field whose name must have at most 100 characters");
      else if (names.has(name)) this.refuse(pointer, "is there twice");
      if (length(value) > 1_000) this.refuse(pointer, "must have at most 1000 characters");
      names.add(name);
    }
    return { metadata: Object.fromEntries(named.map(({ name, value }) => [name, value])) };
  }
}

const field = <K extends string, V>(key: K, value: V): Partial<Record<K, V>> =>
  ({ [key]: value }) as Partial<Record<K, V>>;
