// The filter language of docs/reference/filter.md, as crates/interfaces/client/src/filter implements it. Both parsers agree
// on the cases of contracts/fixtures/filters.json.
import { check } from "./check";
import { FilterError } from "./error";
import { LONGEST_FILTER_BYTES } from "./limits";
import { parseTerms } from "./parse";
import { printTerm, type Term } from "./term";

/** Selects jobs: those that meet every term. Without terms, all jobs. */
export interface JobFilter {
  /** In the order in which they were written. */
  terms: Term[];
}

export const EVERYTHING: JobFilter = { terms: [] };

export type Parsed = { filter: JobFilter; error?: undefined } | { filter?: undefined; error: FilterError };

/** Parses a filter, or tells which part of it is wrong. */
export function parseFilter(text: string): Parsed {
  try {
    if (new TextEncoder().encode(text).length > LONGEST_FILTER_BYTES) {
      throw new FilterError(
        { start: 0, end: text.length },
        `the filter is longer than ${LONGEST_FILTER_BYTES} bytes`,
      );
    }
    const terms = parseTerms(text);
    check(terms);
    return { filter: { terms: terms.map(({ term }) => term) } };
  } catch (cause) {
    if (cause instanceof FilterError) return { error: cause };
    throw cause;
  }
}

/** The filter as it is written. */
export const printFilter = (filter: JobFilter): string => filter.terms.map(printTerm).join(" ");
