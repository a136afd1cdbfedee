import type { Span } from "./error";
import { keyInfo, KEYS } from "./keys";
import { quoteValue } from "./quote";
import { ALL_STATUSES } from "./statuses";
import { sliceOf, words, type Word } from "./word";

/** Most suggestions at a time. */
const MOST = 50;

/** Durations that are suggested for `since` and `until`. */
const DURATIONS = ["15m", "1h", "6h", "1d", "7d"];

/** The values that jobs of this observatory have, as far as they are known, in the order in which they are suggested. */
export interface KnownValues {
  types: readonly string[];
  queues: readonly string[];
  tags: readonly string[];
}

/** A text that may be part of a filter. */
export interface Completion {
  /** The part of the filter that it replaces. The cursor belongs after the new text. */
  span: Span;
  text: string;
  /** What it selects; empty for values. */
  summary: string;
}

/** What the word at the cursor may become: keys, and the values of keys. At most 50. */
export function completions(filter: string, cursor: number, known: KnownValues): Completion[] {
  const word =
    words(filter).find(({ span }) => span.start <= cursor && cursor <= span.end) ?? emptyWord(cursor);
  let found: Completion[];
  if (word.key && cursor > word.key.end) found = values(filter, cursor, word, known);
  else if (word.key) found = keys(filter, cursor, word.key, "", word.isNegated);
  else if (filter[word.value.start] === '"') found = [];
  else found = keys(filter, cursor, word.value, ":", word.isNegated);
  return found.slice(0, MOST);
}

const emptyWord = (at: number): Word => ({
  span: { start: at, end: at },
  isNegated: false,
  value: { start: at, end: at },
  text: "",
});

/** Suggests keys that begin with the text between the start of the span and the cursor. */
function keys(filter: string, cursor: number, span: Span, end: string, isNegated: boolean): Completion[] {
  // The cursor may be before the `!`.
  if (cursor < span.start) return [];
  const begun = filter.slice(span.start, cursor);
  return KEYS.filter(({ key, canBeNegated }) => beginsWith(key, begun) && (canBeNegated || !isNegated)).map(
    ({ key, summary }) => ({ span, text: key + end, summary }),
  );
}

function values(filter: string, cursor: number, word: Word, known: KnownValues): Completion[] {
  const span = word.value;
  const begun = filter.slice(span.start, cursor).replace(/^"+/, "");
  switch (word.key && keyInfo(sliceOf(filter, word.key))?.key) {
    case "status":
      return statuses(filter, cursor, span);
    case "type":
      return matching(known.types, begun, span);
    case "queue":
      return matching(known.queues, begun, span);
    case "tag":
      return matching(known.tags, begun, span);
    case "since":
    case "until":
      return matching(DURATIONS, begun, span);
    default:
      return [];
  }
}

/** Suggests statuses for the entry at the cursor, without those of the other entries. */
function statuses(filter: string, cursor: number, list: Span): Completion[] {
  const comma = filter.slice(list.start, cursor).lastIndexOf(",");
  const start = list.start + comma + 1;
  const after = filter.slice(cursor, list.end).indexOf(",");
  const end = after < 0 ? list.end : cursor + after;
  const others = (filter.slice(list.start, start) + filter.slice(end, list.end)).toUpperCase().split(",");
  const begun = filter.slice(start, cursor);
  return ALL_STATUSES.filter((status) => beginsWith(status, begun) && !others.includes(status)).map(
    (status) => value(status, { start, end }),
  );
}

/** Suggests the values that begin like the text, then those that contain it. */
function matching(known: readonly string[], begun: string, span: Span): Completion[] {
  const begins = known.filter((name) => beginsWith(name, begun));
  const contains = known.filter((name) => !beginsWith(name, begun) && name.includes(begun));
  return [...begins, ...contains].slice(0, MOST).map((name) => value(quoteValue(name), span));
}

const value = (text: string, span: Span): Completion => ({ span, text, summary: "" });

/** Compares without the case of the letters. */
const beginsWith = (text: string, begun: string): boolean =>
  text.slice(0, begun.length).toLowerCase() === begun.toLowerCase();
