/** How well `text` matches `query`: all letters in order; the lower, the better. `undefined` if it does not match. */
function score(query: string, text: string): number | undefined {
  const at = text.indexOf(query);
  if (at >= 0) return at === 0 ? 0 : text[at - 1] === " " ? 1 : 2;
  let from = 0;
  let gaps = 0;
  for (const letter of query) {
    const found = text.indexOf(letter, from);
    if (found < 0) return undefined;
    gaps += found - from;
    from = found + 1;
  }
  return 10 + gaps;
}

/** Returns the items whose texts match `query`, the best first. */
export function rank<T>(query: string, items: T[], textOf: (item: T) => string): T[] {
  const wanted = query.toLowerCase();
  return items
    .map((item) => ({ item, score: score(wanted, textOf(item).toLowerCase()) }))
    .filter((entry): entry is { item: T; score: number } => entry.score !== undefined)
    .sort((a, b) => a.score - b.score)
    .map(({ item }) => item);
}
