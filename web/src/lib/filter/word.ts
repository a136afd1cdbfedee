import type { Span } from "./error";

/** An error in the use of quotes, and where. */
export type Fault =
  /** The closing quote is missing; the opening one is here. */
  | { kind: "unclosed"; at: number }
  /** A quote within a word without quotes. */
  | { kind: "stray"; at: number }
  /** Something other than white space follows the closing quote. */
  | { kind: "glued"; at: number };

/** One term of a filter as it is written: `!key:value`, with the key and `!` optional. */
export interface Word {
  /** The whole term. */
  span: Span;
  isNegated: boolean;
  /** The part before the colon. */
  key?: Span;
  /** The part after the colon, or the searched text, with its quotes. */
  value: Span;
  /** The value without quotes and escapes. */
  text: string;
  fault?: Fault;
}

const SPACE = /\p{White_Space}/gu;
const NO_SPACE = /\P{White_Space}/gu;
const END_OF_KEY = /[\p{White_Space}:"]/gu;

/** Splits a filter into its terms. Errors are noted in the words, so that an unfinished filter can be completed. */
export function words(filter: string): Word[] {
  const found: Word[] = [];
  let at = 0;
  for (;;) {
    const start = position(filter, at, NO_SPACE);
    if (start === undefined) return found;
    const next = word(filter, start);
    at = next.span.end;
    found.push(next);
  }
}

export const sliceOf = (filter: string, span: Span): string => filter.slice(span.start, span.end);

function word(filter: string, start: number): Word {
  const isNegated = filter[start] === "!";
  const content = isNegated ? start + 1 : start;
  const keyEnd = position(filter, content, END_OF_KEY);
  const colon = keyEnd !== undefined && filter[keyEnd] === ":" ? keyEnd : undefined;
  const value = colon === undefined ? content : colon + 1;
  const { end, text, fault } = filter[value] === '"' ? quoted(filter, value) : bare(filter, value);
  return {
    span: { start, end },
    isNegated,
    ...(colon === undefined ? {} : { key: { start: content, end: colon } }),
    value: { start: value, end },
    text,
    ...(fault ? { fault } : {}),
  };
}

interface Value {
  end: number;
  text: string;
  fault?: Fault;
}

/** Reads a value without quotes. */
function bare(filter: string, start: number): Value {
  const end = position(filter, start, SPACE) ?? filter.length;
  const text = filter.slice(start, end);
  const quote = text.indexOf('"');
  return quote < 0 ? { end, text } : { end, text, fault: { kind: "stray", at: start + quote } };
}

/** Reads a value in quotes, in which `\` keeps the next character as it is. */
function quoted(filter: string, start: number): Value {
  let text = "";
  for (let at = start + 1; at < filter.length; at += 1) {
    const char = filter.charAt(at);
    if (char === '"') {
      const after = at + 1;
      const end = position(filter, after, SPACE) ?? filter.length;
      return end > after ? { end, text, fault: { kind: "glued", at: after } } : { end, text };
    }
    if (char === "\\") at += 1;
    text += filter.charAt(at);
  }
  return { end: filter.length, text, fault: { kind: "unclosed", at: start } };
}

/** The position of the first match at or after `from`. */
function position(filter: string, from: number, pattern: RegExp): number | undefined {
  pattern.lastIndex = from;
  return pattern.exec(filter)?.index;
}
