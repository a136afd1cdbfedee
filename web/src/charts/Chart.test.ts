import { render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { crosshair } from "./crosshair.svelte";
import Chart from "./Chart.svelte";
import type { ChartData } from "./model";
import { preferences } from "../state/preferences.svelte";

const plot = { setData: vi.fn(), setWidth: vi.fn(), point: vi.fn(), destroy: vi.fn() };
const createPlot = vi.fn(async () => plot);
vi.mock("./plot", () => ({ createPlot: (...all: []) => createPlot(...all) }));

const data: ChartData = {
  times: [600, 660, 720],
  stepSeconds: 60,
  series: [{ name: "failed", label: "failed", color: "--status-failed", values: [1, 2, 3] }],
};

const show = () => render(Chart, { title: "Throughput", data, unit: "rate" as const });

beforeEach(() => {
  crosshair.at = undefined;
  preferences.set("time", "utc");
  createPlot.mockClear();
});

describe("a chart", () => {
  it("shows the newest values while nothing is pointed at", () => {
    show();
    expect(screen.getByText("3.00/s")).toBeVisible();
    expect(screen.getByText("00:12")).toBeVisible();
    expect(screen.getByText("failed: mean 2.00/s, highest 3.00/s at 00:12.")).toBeVisible();
  });

  it("moves over the time with the arrow keys, and shows the value there", async () => {
    show();
    const slider = screen.getByRole("slider");
    slider.focus();
    await userEvent.keyboard("{ArrowLeft}");
    expect(slider).toHaveAttribute("aria-valuetext", "00:11: failed 2.00/s");
    await userEvent.keyboard("{Home}");
    expect(slider).toHaveAttribute("aria-valuenow", "0");
    await userEvent.keyboard("{PageDown}{ArrowRight}");
    expect(slider).toHaveAttribute("aria-valuenow", "2");
    await userEvent.tab();
    expect(crosshair.at).toBeUndefined();
  });

  it("follows the time that another chart is pointed at", async () => {
    show();
    await waitFor(() => expect(createPlot).toHaveBeenCalledOnce());
    crosshair.at = 601;
    await waitFor(() => expect(plot.point).toHaveBeenLastCalledWith(601));
    expect(screen.getByRole("slider")).toHaveAttribute("aria-valuetext", "00:10: failed 1.00/s");
  });

  it("shows the same values as a table, the newest first", async () => {
    show();
    await userEvent.click(screen.getByRole("button", { name: "View as table" }));
    const rows = screen
      .getAllByRole("row")
      .map((row) => Array.from((row as HTMLTableRowElement).cells, (cell) => cell.textContent).join(" "));
    expect(rows).toEqual(["Time failed", "00:12 3.00/s", "00:11 2.00/s", "00:10 1.00/s"]);
    expect(screen.queryByRole("slider")).toBeNull();
  });

  it("offers the table when the drawing cannot be loaded", async () => {
    createPlot.mockRejectedValueOnce(new Error("not loaded"));
    show();
    expect(await screen.findByText(/could not be loaded/)).toBeVisible();
    expect(screen.getByRole("button", { name: "View as table" })).toBeVisible();
  });

  it("removes the drawing with the component", async () => {
    const { unmount } = show();
    await waitFor(() => expect(plot.setData).toHaveBeenCalled());
    unmount();
    expect(plot.destroy).toHaveBeenCalled();
  });
});
