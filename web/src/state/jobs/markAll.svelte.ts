import { plural } from "../../lib/numbers";
import { toasts } from "../toasts.svelte";
import type { JobPages } from "./jobPages.svelte";
import type { Marks } from "./marks.svelte";
import { selectJobs } from "./selectJobs";

/** Marks all loaded jobs; then all that the filter selects; then none. */
export class MarkAll {
  /** Number of jobs that a search has found so far; absent without a search. */
  found = $state<number | undefined>(undefined);

  /** The number of marks after all loaded jobs were marked. */
  #marked = 0;
  #abort: AbortController | undefined;

  constructor(private readonly marks: Marks) {}

  next(pages: JobPages): void {
    if (this.found !== undefined) return;
    const loaded = pages.loaded();
    const hasMore = pages.hasMore || loaded.length < pages.count;
    if (this.marks.count === 0) {
      this.marks.add(loaded.map(({ id }) => id));
      this.#marked = this.marks.count;
      const text = `${plural(this.#marked, "loaded job")} marked; a marks all that the filter selects`;
      if (hasMore) toasts.done(text);
    } else if (hasMore && this.marks.count === this.#marked) void this.#search(pages);
    else this.marks.clear();
  }

  stop(): void {
    this.#abort?.abort();
    this.found = undefined;
  }

  async #search(pages: JobPages): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    this.found = 0;
    try {
      const selection = await selectJobs(pages.load, (count) => (this.found = count), abort.signal);
      if (abort.signal.aborted) return;
      this.marks.clear();
      this.marks.add(selection.ids);
      this.#marked = -1;
      const count = plural(this.marks.count, "job");
      toasts.done(
        selection.hasMore
          ? `${count} marked, the most at a time; the filter selects more`
          : `${count} marked: all that the filter selects`,
      );
    } catch (cause) {
      if (!abort.signal.aborted) toasts.failed(cause);
    } finally {
      if (this.#abort === abort) this.found = undefined;
    }
  }
}
