import { expect, test } from "vitest";
import { growingList } from "./pages";

test("all pages are loaded, and later only the last one and those after it", async () => {
  const items = [1, 2, 3, 4, 5];
  const asked: (string | undefined)[] = [];
  const load = growingList(async (cursor) => {
    asked.push(cursor);
    const from = Number(cursor ?? 0);
    const isLast = from + 2 >= items.length;
    return { items: items.slice(from, from + 2), next: isLast ? undefined : String(from + 2) };
  }, 100);
  const { signal } = new AbortController();
  expect(await load(signal)).toEqual([1, 2, 3, 4, 5]);
  items.push(6, 7);
  expect(await load(signal)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(asked).toEqual([undefined, "2", "4", "4", "6"]);
});

test("a list ends at its bound", async () => {
  const load = growingList(async () => ({ items: [1, 2], next: "more" }), 5);
  expect(await load(new AbortController().signal)).toHaveLength(6);
});
