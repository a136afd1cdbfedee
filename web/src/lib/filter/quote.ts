const NEEDS_QUOTES = /[\p{White_Space}"]/u;

/** How a value after a key is written: with quotes if it needs them. */
export function quoteValue(text: string): string {
  return text === "" || NEEDS_QUOTES.test(text) ? quoted(text) : text;
}

/** A term that selects this value of the key. */
export const filterTerm = (key: string, value: string): string => `${key}:${quoteValue(value)}`;

/** How a searched text is written: with quotes if it would mean something else without. */
export function quoteText(text: string): string {
  return text.startsWith("!") || text.includes(":") ? quoted(text) : quoteValue(text);
}

function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
