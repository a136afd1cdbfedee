import type { Snippet } from "svelte";

export type SortValue = number | string | null | undefined;

export interface FigureColumn<T> {
  /** Stable name, for sorting. */
  name: string;
  title: string;
  /** Term of the glossary that explains the figure. */
  term?: string;
  isNumber?: boolean;
  /** The value to sort by; a column without one cannot be sorted. */
  sortBy?: (row: T) => SortValue;
  cell: Snippet<[T]>;
}

export interface Sort {
  name: string;
  descending: boolean;
}

/** The sort order that an address names: `depth`, or `-depth` for the highest first. */
export function parseSort(text: string | null, names: readonly string[]): Sort | undefined {
  if (!text) return undefined;
  const descending = text.startsWith("-");
  const name = descending ? text.slice(1) : text;
  return names.includes(name) ? { name, descending } : undefined;
}

export const formatSort = ({ name, descending }: Sort): string => (descending ? `-${name}` : name);

/** Rows in order. Those without a value come last in both directions. */
export function sortRows<T>(rows: readonly T[], valueOf: (row: T) => SortValue, descending: boolean): T[] {
  const direction = descending ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [left, right] = [valueOf(a), valueOf(b)];
    if (left == null || right == null) return Number(left == null) - Number(right == null);
    if (typeof left === "string" || typeof right === "string") {
      return direction * String(left).localeCompare(String(right), "en", { numeric: true });
    }
    return direction * (left - right);
  });
}
