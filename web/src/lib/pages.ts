/** A page of a list, and the cursor of the next one. */
export interface Page<T> {
  items: T[];
  next: string | undefined;
}

/**
 * Returns a function that loads a list that only grows, page by page. Each further call loads the last page again and those
 * after it, so that it costs one request when nothing has changed.
 */
export function growingList<T>(
  loadPage: (cursor: string | undefined, signal: AbortSignal) => Promise<Page<T>>,
  mostItems: number,
): (signal: AbortSignal) => Promise<T[]> {
  let before: T[] = [];
  let cursor: string | undefined;
  return async (signal) => {
    for (;;) {
      const page = await loadPage(cursor, signal);
      const all = [...before, ...page.items];
      if (page.next === undefined || all.length >= mostItems) return all;
      before = all;
      cursor = page.next;
    }
  };
}
