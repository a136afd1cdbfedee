import { describe, expect, it } from "vitest";
import { formatSort, parseSort, sortRows } from "./figureTable";

describe("the order of a table", () => {
  it("is read from the address, and written back", () => {
    expect(parseSort("depth", ["depth"])).toEqual({ name: "depth", descending: false });
    expect(parseSort("-depth", ["depth"])).toEqual({ name: "depth", descending: true });
    expect(formatSort({ name: "depth", descending: true })).toBe("-depth");
    expect(formatSort({ name: "depth", descending: false })).toBe("depth");
  });

  it("ignores names of columns that do not exist", () => {
    expect(parseSort("-bad", ["depth"])).toBeUndefined();
    expect(parseSort(null, ["depth"])).toBeUndefined();
  });

  it("puts rows without a value last in both directions", () => {
    const rows = [{ n: null }, { n: 2 }, { n: 10 }];
    expect(sortRows(rows, ({ n }) => n, false).map(({ n }) => n)).toEqual([2, 10, null]);
    expect(sortRows(rows, ({ n }) => n, true).map(({ n }) => n)).toEqual([10, 2, null]);
  });

  it("compares numbers in text by their value", () => {
    expect(sortRows(["w10", "w9"], (text) => text, false)).toEqual(["w9", "w10"]);
  });
});
