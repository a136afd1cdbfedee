import { expect, test } from "vitest";
import { leastWidth, visibleRange, windowStart, WINDOW_ROWS } from "./virtualTable";

test("rows in view and some around them are rendered", () => {
  expect(visibleRange(340, 100, 10, 1_000, 5)).toEqual({ first: 29, last: 49 });
  expect(visibleRange(0, 100, 10, 4, 5)).toEqual({ first: 0, last: 4 });
  expect(visibleRange(900, 100, 10, 0, 5)).toEqual({ first: 0, last: 0 });
});

test("a table without too many rows is scrolled as a whole", () => {
  expect(windowStart(0, 0, 0)).toBe(0);
  expect(windowStart(WINDOW_ROWS - 1, 0, WINDOW_ROWS)).toBe(0);
});

test("more rows than browsers can lay out are scrolled in parts", () => {
  const count = 1_000_000;
  expect(windowStart(1_000, 0, count)).toBe(0);
  const middle = windowStart(290_000, 0, count);
  expect(middle).toBe(140_000);
  expect(windowStart(290_000, middle, count)).toBe(middle);
  expect(windowStart(count - 1, middle, count)).toBe(count - WINDOW_ROWS);
  expect(windowStart(10, middle, count)).toBe(0);
  expect(windowStart(50, 400_000, 100)).toBe(0);
});

test("the least width is that of the columns, the gaps and the padding", () => {
  expect(leastWidth(["100px", "minmax(60px, 1fr)", "auto"])).toBe(160 + 24 + 20);
});
