// What the read model accepts in one query.

/** Most negated values of a key. */
export const MAX_NEGATED = 20;

/** Most tags, searched texts, and negated texts each. */
export const MAX_REPEATED = 5;

/** Longest tag, in characters. */
export const LONGEST_TAG = 50;

/** Longest searched text, in characters. */
export const LONGEST_TEXT = 200;

/** Longest filter, in bytes. */
export const LONGEST_FILTER_BYTES = 8_000;
