import { beforeEach, describe, expect, it, vi } from "vitest";
import type { ChartData } from "./model";
import { createPlot, type PlotOptions } from "./plot";

interface FakeOptions {
  height: number;
  scales: { y: { range: (self: unknown, least: number | null, most: number | null) => [number, number] } };
  axes: {
    values: (self: unknown, splits: (number | null)[]) => string[];
    grid: { filter?: (self: unknown, splits: (number | null)[]) => (number | null)[] };
  }[];
  series: { fill?: string; points?: { filter: (self: unknown) => number[]; show: boolean } }[];
  bands?: { series: [number, number] }[];
}

const created: FakePlot[] = [];

class FakePlot {
  over = document.createElement("div");
  hooks: { setCursor?: ((plot: unknown) => void)[] } = {};
  cursor: { idx: number | null } = { idx: null };
  calls: unknown[][] = [];
  constructor(
    readonly options: FakeOptions,
    public data: unknown[][],
  ) {
    created.push(this);
  }
  setData(data: unknown[][]): void {
    this.data = data;
  }
  setSize(size: unknown): void {
    this.calls.push(["size", size]);
  }
  setCursor(at: unknown, fires: boolean): void {
    this.calls.push(["cursor", at, fires]);
  }
  valToPos(value: number): number {
    return value * 2;
  }
  destroy(): void {
    this.calls.push(["destroy"]);
  }
}

vi.mock("uplot", () => ({ default: FakePlot }));
vi.mock("uplot/dist/uPlot.min.css", () => ({}));

const data: ChartData = {
  times: [10, 20],
  stepSeconds: 10,
  series: [
    { name: "a", label: "a", color: "--chart-1", values: [1, null] },
    { name: "b", label: "b", color: "--chart-2", values: [0.001, 5] },
  ],
};

async function create(changes: Partial<PlotOptions> = {}) {
  const onpoint = vi.fn();
  const plot = await createPlot(document.body, data, {
    kind: "lines",
    unit: "rate",
    height: 170,
    onpoint,
    ...changes,
  });
  return { plot, onpoint, fake: created.at(-1) as FakePlot };
}

beforeEach(() => {
  created.length = 0;
});

describe("a chart", () => {
  it("draws sums with bands between them when it is stacked", async () => {
    const { fake } = await create({ kind: "stacked" });
    expect(fake.data).toEqual([
      [10, 20],
      [1.001, 5],
      [0.001, 5],
    ]);
    expect(fake.options.bands).toEqual([{ series: [1, 2] }]);
  });

  it("keeps values of zero on a logarithmic scale, and shows only powers of ten as lines", async () => {
    const { fake } = await create({ kind: "logarithmic", unit: "duration" });
    expect(fake.data[2]).toEqual([0.01, 5]);
    const { scales, axes } = fake.options;
    expect(scales.y.range(null, 3, 900)).toEqual([1, 1_000]);
    expect(scales.y.range(null, null, null)).toEqual([1, 1_000]);
    expect(axes[1]?.grid.filter?.(null, [1, 2, 10, null, 50, 100])).toEqual([1, null, 10, null, null, 100]);
    expect(axes[1]?.values(null, [10, null])).toEqual(["10 ms", ""]);
  });

  it("starts a linear scale at zero, and ends a ratio at one", async () => {
    const { fake } = await create();
    expect(fake.options.scales.y.range(null, 0, 0)).toEqual([0, 1]);
    expect(fake.options.axes[0]?.values(null, [0])).toHaveLength(1);
    expect(fake.options.series[1]?.points?.filter(fake)).toEqual([0]);
    const ratio = await create({ unit: "ratio" });
    expect(ratio.fake.options.scales.y.range(null, 0, 0.99)).toEqual([0, 1]);
  });

  it("reports the time under the pointer, and that the pointer left", async () => {
    const { fake, onpoint } = await create();
    fake.cursor.idx = 1;
    fake.hooks.setCursor?.[0]?.(fake);
    expect(onpoint).not.toHaveBeenCalled();
    fake.over.dispatchEvent(new MouseEvent("mousemove"));
    fake.hooks.setCursor?.[0]?.(fake);
    expect(onpoint).toHaveBeenLastCalledWith(20);
    fake.over.dispatchEvent(new MouseEvent("mouseleave"));
    expect(onpoint).toHaveBeenLastCalledWith(undefined);
  });

  it("shows the crosshair of other charts, but not while it is pointed at itself", async () => {
    const { fake, plot } = await create();
    plot.point(20);
    plot.point(undefined);
    fake.over.dispatchEvent(new MouseEvent("mousemove"));
    plot.point(10);
    expect(fake.calls).toEqual([
      ["cursor", { left: 40, top: 0 }, false],
      ["cursor", { left: -10, top: -10 }, false],
    ]);
  });

  it("takes new data and a new width without being drawn again", async () => {
    const { fake, plot } = await create();
    plot.setData({ ...data, times: [20, 30] });
    plot.setWidth(500);
    plot.destroy();
    expect(fake.data[0]).toEqual([20, 30]);
    expect(fake.calls).toEqual([["size", { width: 500, height: 170 }], ["destroy"]]);
    expect(created).toHaveLength(1);
  });
});
