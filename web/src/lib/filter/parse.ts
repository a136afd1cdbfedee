import { FilterError, type Span } from "./error";
import { INVALID_JOB_REF, parseJobRef } from "./jobRef";
import { KEYS, keyInfo, type KeyInfo } from "./keys";
import { LONGEST_TAG, LONGEST_TEXT } from "./limits";
import { quoteText } from "./quote";
import { likelyKey } from "./spelling";
import { statuses } from "./statuses";
import type { Condition, Term } from "./term";
import { parseWhen } from "./when";
import { sliceOf, words, type Word } from "./word";

export interface PlacedTerm {
  span: Span;
  term: Term;
}

/** Parses each term, without comparing it with the others. Throws a `FilterError`. */
export function parseTerms(filter: string): PlacedTerm[] {
  return words(filter).map((word) => ({ span: word.span, term: parseTerm(filter, word) }));
}

function parseTerm(filter: string, word: Word): Term {
  checkQuotes(word);
  const condition = word.key ? keyed(filter, word.key, word) : searchedText(word);
  return { isNegated: word.isNegated, condition };
}

function checkQuotes({ fault, span: { end } }: Word): void {
  switch (fault?.kind) {
    case undefined:
      return;
    case "unclosed":
      throw new FilterError({ start: fault.at, end }, "the closing quote is missing", 'add a " at the end');
    case "stray":
      throw new FilterError(
        { start: fault.at, end: fault.at + 1 },
        "a quote must be at the beginning of a value",
        "put the whole value in quotes, and a \\ before each quote in it",
      );
    case "glued":
      throw new FilterError(
        { start: fault.at, end },
        "white space is missing after the closing quote",
        "separate terms by a space",
      );
  }
}

const isPlain = (word: Word): boolean => word.value.end - word.value.start === word.text.length;

function searchedText(word: Word): Condition {
  if (word.text === "") {
    throw word.isNegated
      ? new FilterError(
          word.span,
          "there is nothing after the !",
          "write a term after it, such as !status:COMPLETED",
        )
      : new FilterError(word.span, "the searched text is empty");
  }
  if (word.isNegated && word.text.startsWith("!") && isPlain(word)) {
    throw new FilterError(
      word.span,
      "a term can be negated once",
      "to search for a text that begins with !, put it in quotes",
    );
  }
  return { key: undefined, text: bounded(word, LONGEST_TEXT) };
}

function keyed(filter: string, span: Span, word: Word): Condition {
  const info = keyInfo(sliceOf(filter, span));
  if (!info) throw unknownKey(filter, span, word);
  if (word.isNegated && !info.canBeNegated) throw notNegatable(info, word);
  if (word.text === "") {
    throw new FilterError(word.span, `${info.key} has no value`, `write for example ${info.example}`);
  }
  return value(info, word);
}

function unknownKey(filter: string, span: Span, word: Word): FilterError {
  const name = sliceOf(filter, span);
  const what = `\`${name}\` is not a key`;
  const meant = likelyKey(name);
  if (meant) return FilterError.misspelt(span, what, meant);
  const literal = quoteText(sliceOf(filter, word.span).replace(/^!+/, ""));
  const keys = KEYS.map(({ key }) => key).join(", ");
  return new FilterError(
    span,
    what,
    `the keys are ${keys}; to search for a text with a colon, put it in quotes: ${literal}`,
  );
}

function notNegatable({ key }: KeyInfo, word: Word): FilterError {
  const opposite = key === "since" ? "until" : "since";
  const hint =
    key === "since" || key === "until"
      ? `write ${opposite} instead: since includes its time, and until excludes it`
      : "remove the !";
  return new FilterError(word.span, `${key} cannot be negated`, hint);
}

function value({ key, example }: KeyInfo, word: Word): Condition {
  const invalid = (must: string) =>
    new FilterError(word.value, `${key} ${must}`, `write for example ${example}`);
  switch (key) {
    case "status":
      return { key, statuses: statuses(word) };
    case "type":
    case "queue":
      return { key, name: name(key, example, word) };
    case "tag":
      return { key, name: bounded(word, LONGEST_TAG) };
    case "since":
    case "until": {
      const when = parseWhen(word.text);
      if (when) return { key, when };
      throw invalid(
        "must be a time such as 2026-01-31T12:00:00Z, or a duration before now such as 15m, 1h30m or 7d",
      );
    }
    case "id": {
      const ref = parseJobRef(word.text);
      if (ref) return { key, ref };
      throw invalid(INVALID_JOB_REF);
    }
    case "fingerprint": {
      const digits = word.text.toLowerCase();
      if (/^[0-9a-f]{16}$/.test(digits)) return { key, name: digits };
      throw invalid("must be 16 hexadecimal digits");
    }
  }
}

function name(key: string, example: string, word: Word): string {
  if (/^[A-Za-z0-9._-]{1,50}$/.test(word.text)) return word.text;
  let hint = `write for example ${example}`;
  if (word.text.includes(",")) {
    hint = word.isNegated
      ? `write one term for each ${key}: !${key}:a !${key}:b`
      : `only one ${key} can be selected`;
  }
  throw new FilterError(word.value, `${key} must be 1 to 50 of the characters A-Z a-z 0-9 . _ -`, hint);
}

/** The text of a word if the server accepts its length and characters. */
function bounded(word: Word, longest: number): string {
  if (word.text.includes("\0")) throw new FilterError(word.value, "a text cannot contain U+0000");
  if ([...word.text].length > longest) {
    throw new FilterError(word.value, `the text is longer than ${longest} characters`);
  }
  return word.text;
}
