import type { LoadPage } from "./jobPages.svelte";
import { MOST_MARKS } from "./marks.svelte";

/** The server bounds how many jobs it searches for one page, so pages may be empty. */
const MOST_REQUESTS = 2_000;

export interface Selection {
  ids: string[];
  /** More jobs may match: a limit was reached. */
  hasMore: boolean;
}

/** Follows the pages of a list. `onPage` receives the number of jobs so far. */
export async function selectJobs(
  load: LoadPage,
  onPage: (count: number) => void,
  signal: AbortSignal,
): Promise<Selection> {
  const ids: string[] = [];
  let cursor: string | undefined;
  for (let request = 0; request < MOST_REQUESTS && ids.length < MOST_MARKS; request += 1) {
    const page = await load(cursor, signal);
    signal.throwIfAborted();
    ids.push(...page.jobs.map(({ id }) => id));
    onPage(Math.min(ids.length, MOST_MARKS));
    cursor = page.nextCursor;
    if (cursor === undefined) break;
  }
  const hasMore = cursor !== undefined || ids.length > MOST_MARKS;
  return { ids: ids.slice(0, MOST_MARKS), hasMore };
}
