import type { Snippet } from "svelte";

export interface Column<T> {
  /** Stable name, for sorting and for the choice of columns. */
  name: string;
  title: string;
  /** Shows the title to screen readers only. */
  isTitleHidden?: boolean;
  /** Track of the grid, for example `120px` or `minmax(160px, 1fr)`. */
  width: string;
  cell: Snippet<[T]>;
  align?: "end";
  /** Whether the user can sort by it. */
  isSortable?: boolean;
}

/** Rows that a table shows, in order. An array is one; a list that loads its rows on demand can be another. */
export interface RowSource<T> {
  readonly length: number;
  at: (index: number) => T | undefined;
  slice: (first: number, last: number) => readonly T[];
}

/**
 * Most rows that have a place in the scrolled area at a time. Browsers limit the height of an element; Firefox to less than
 * 18 million pixels.
 */
export const WINDOW_ROWS = 300_000;

/** The first row of the scrolled area, so that `row` has rows before and after it as far as there are some. */
export function windowStart(row: number, start: number, count: number): number {
  const last = Math.max(0, count - WINDOW_ROWS);
  const isNearEdge = row < start + WINDOW_ROWS / 8 || row > start + (WINDOW_ROWS * 7) / 8;
  const isInside = row >= start && row < start + WINDOW_ROWS;
  if (start <= last && isInside && (!isNearEdge || last === 0)) return start;
  return Math.max(0, Math.min(last, Math.round(row - WINDOW_ROWS / 2)));
}

const GAP_PX = 12;
const PADDING_PX = 20;

/** The width in pixels that the columns need at least, from the pixels in their widths. */
export function leastWidth(widths: readonly string[]): number {
  const least = widths.map((width) => Number(/([\d.]+)px/.exec(width)?.[1] ?? 0));
  return least.reduce((sum, width) => sum + width, 0) + GAP_PX * Math.max(0, widths.length - 1) + PADDING_PX;
}

/** Rows that are rendered: those in view, and some before and after them, so that fast scrolling shows no gap. */
export function visibleRange(
  scrollTop: number,
  viewHeight: number,
  rowHeight: number,
  count: number,
  margin: number,
): { first: number; last: number } {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - margin);
  const last = Math.min(count, Math.ceil((scrollTop + viewHeight) / rowHeight) + margin);
  return { first: Math.min(first, last), last };
}
