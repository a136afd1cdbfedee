import { beforeEach, expect, test, vi } from "vitest";
import { Paced } from "./paced";

beforeEach(() => void vi.useFakeTimers());

test("the first items are delivered at once, and those that follow together", () => {
  const delivered: (readonly number[])[] = [];
  const paced = new Paced<number>(300, (items) => delivered.push(items));
  paced.add([1]);
  paced.add([2]);
  paced.add([3, 4]);
  expect(delivered).toEqual([[1]]);
  vi.advanceTimersByTime(300);
  expect(delivered).toEqual([[1], [2, 3, 4]]);
  vi.advanceTimersByTime(1_000);
  paced.add([5]);
  expect(delivered.at(-1)).toEqual([5]);
});

test("nothing is delivered after the stop", () => {
  const delivered: (readonly number[])[] = [];
  const paced = new Paced<number>(300, (items) => delivered.push(items));
  paced.add([1]);
  paced.add([2]);
  paced.stop();
  vi.advanceTimersByTime(1_000);
  expect(delivered).toEqual([[1]]);
});

test("after many items the next delivery waits longer", () => {
  const delivered: number[] = [];
  const paced = new Paced<number>(250, (items) => delivered.push(items.length));
  paced.add(Array.from({ length: 100 }, (_, index) => index));
  paced.add([1]);
  vi.advanceTimersByTime(999);
  expect(delivered).toEqual([100]);
  vi.advanceTimersByTime(1);
  expect(delivered).toEqual([100, 1]);
});
