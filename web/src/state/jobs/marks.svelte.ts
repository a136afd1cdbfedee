import { SvelteSet } from "svelte/reactivity";
import type { JobPages } from "./jobPages.svelte";

/** Most jobs that can be marked at a time. */
export const MOST_MARKS = 10_000;

/** The marked rows of a table, by their ids. */
export class Marks {
  readonly ids = new SvelteSet<string>();
  /** The id that was marked last; a range starts there. */
  anchor: string | undefined;

  get count(): number {
    return this.ids.size;
  }

  has(id: string): boolean {
    return this.ids.has(id);
  }

  toggle(id: string): void {
    if (!this.ids.delete(id)) this.add([id]);
    this.anchor = id;
  }

  /** Marks as many as the limit allows. */
  add(ids: Iterable<string>): void {
    for (const id of ids) {
      if (this.ids.size >= MOST_MARKS) return;
      this.ids.add(id);
    }
  }

  /** Marks the loaded rows between the one that was marked last and this one. */
  addRange(list: JobPages, index: number): void {
    const from = list.indexOf(this.anchor ?? "") ?? index;
    const rows = list.slice(Math.min(from, index), Math.max(from, index) + 1);
    this.add(rows.flatMap(({ job }) => (job ? [job.id] : [])));
    this.anchor = list.at(index)?.job?.id ?? this.anchor;
  }

  clear(): void {
    this.ids.clear();
    this.anchor = undefined;
  }
}
