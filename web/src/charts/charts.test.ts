import { describe, expect, it } from "vitest";
import { formatStep, formatTick, formatValue } from "./format";
import { isolated, stack, stepAt, type ChartData } from "./model";
import { sparklinePoints } from "./sparkline";
import { meanOf, peakOf, summarise } from "./summary";

const series = (name: string, values: (number | null)[]) => ({
  name,
  label: name,
  color: "--chart-1",
  values,
});
const data = (...all: ReturnType<typeof series>[]): ChartData => ({
  times: [600, 610, 620],
  stepSeconds: 10,
  series: all,
});

describe("stacked series", () => {
  it("add up from the last to the first, and count missing values as zero", () => {
    expect(stack([series("a", [1, null, 3]), series("b", [10, 20, null])])).toEqual([
      [11, 20, 3],
      [10, 20, 0],
    ]);
  });
});

describe("isolated values", () => {
  it("have no neighbour on either side", () => {
    expect(isolated([1, null, 2, 3, null, 4])).toEqual([0, 5]);
    expect(isolated([])).toEqual([]);
  });
});

describe("the step at a time", () => {
  it("contains the time, and is the nearest one outside the range", () => {
    const chart = data(series("a", [1, 2, 3]));
    expect(stepAt(chart, 619)).toBe(1);
    expect(stepAt(chart, 0)).toBe(0);
    expect(stepAt(chart, 9_999)).toBe(2);
    expect(stepAt({ ...chart, times: [] }, 600)).toBe(-1);
  });
});

describe("values", () => {
  it("are shown with their unit", () => {
    expect(formatValue(12.34, "rate")).toBe("12.3/s");
    expect(formatValue(120, "duration")).toBe("120 ms");
    expect(formatValue(90, "seconds")).toBe("1 min 30 s");
    expect(formatValue(0.123, "ratio")).toBe("12.3 %");
    expect(formatValue(1_234, "count")).toBe("1,234");
    expect(formatValue(null, "count")).toBe("–");
  });

  it("lose zero decimals on an axis, where a count is whole", () => {
    expect(formatTick(10, "rate")).toBe("10/s");
    expect(formatTick(5, "rate")).toBe("5/s");
    expect(formatTick(2.5, "rate")).toBe("2.5/s");
    expect(formatTick(0, "seconds")).toBe("0 s");
    expect(formatTick(0.05, "ratio")).toBe("5 %");
    expect(formatTick(0.5, "count")).toBe("");
    expect(formatTick(50, "count")).toBe("50");
  });

  it("have a time in UTC if the user prefers it, with seconds for short steps", () => {
    expect(formatStep(43_210, 10, "utc")).toBe("12:00:10");
    expect(formatStep(43_210, 60, "utc")).toBe("12:00");
    expect(formatStep(43_210, 60, "local")).toMatch(/^\d\d:\d\d$/);
  });
});

describe("the summary", () => {
  it("says mean, and when the highest value was", () => {
    expect(summarise(data(series("completed", [1, 4, 1])), "rate", "utc")).toBe(
      "completed: mean 2.00/s, highest 4.00/s at 00:10:10.",
    );
  });

  it("names the series without values", () => {
    const text = summarise(
      data(series("p50", [null, 4, null]), series("p99", [null, null, null])),
      "duration",
      "utc",
    );
    expect(text).toBe("p50: mean 4.0 ms, highest 4.0 ms at 00:10:10. None: p99.");
  });

  it("says that there is nothing", () => {
    expect(summarise(data(series("failed", [0, 0, 0])), "rate", "utc")).toBe("Nothing in this time range.");
    expect(peakOf(series("a", [null]), [600])).toBeUndefined();
    expect(meanOf(series("a", [null]))).toBeUndefined();
  });
});

describe("a sparkline", () => {
  it("goes from left to right with the highest value at the top", () => {
    expect(sparklinePoints([0, 5, 10], 100, 22)).toBe("0.0,21.0 50.0,11.0 100.0,1.0");
  });

  it("is flat at the bottom without values above zero", () => {
    expect(sparklinePoints([0, 0], 10, 22)).toBe("0.0,21.0 10.0,21.0");
    expect(sparklinePoints([3], 10, 22)).toBe("0.0,1.0");
  });
});
