import { describe, expect, it } from "vitest";
import { answerWith, jsonAnswer } from "../testing/answers";
import { failureRatios, loadSeries, rates, withoutNewestStep } from "./chartSeries";

const START = Date.parse("2026-11-30T12:00:00Z") / 1_000;
const at = (seconds: number): string => new Date((START + seconds) * 1_000).toISOString();

/** Answers each metric with its points, as pairs of seconds and value. */
const answerPoints = (points: Record<string, [number, number | null][]>, asOf = 25) =>
  answerWith(({ query }) =>
    jsonAnswer({
      metric: query.get("metric"),
      stepSeconds: 10,
      points: (points[query.get("metric") ?? ""] ?? []).map(([seconds, value]) => ({
        at: at(seconds),
        value,
      })),
      asOf: at(asOf),
    }),
  );

describe("time series", () => {
  it("share one time axis although an answer is a step later", async () => {
    const requests = answerPoints({
      completed: [
        [0, 10],
        [10, 20],
      ],
      failed: [
        [10, 5],
        [20, 1],
      ],
    });
    const series = await loadSeries(["completed", "failed"], { window: "15m", type: "email" });
    expect(series.times).toEqual([START, START + 10, START + 20]);
    expect(series.values.get("completed")).toEqual([10, 20, null]);
    expect(series.values.get("failed")).toEqual([null, 5, 1]);
    expect(requests.map(({ query }) => query.get("type"))).toEqual(["email", "email"]);
  });

  it("divide the step that is under way by the time that has passed", async () => {
    answerPoints({
      completed: [
        [0, 10],
        [10, 20],
        [20, 20],
      ],
    });
    const series = await loadSeries(["completed"], { window: "15m" });
    expect(rates(series, "completed")).toEqual([1, 2, 4]);
  });

  it("leave out a step that has only just begun", async () => {
    answerPoints(
      {
        completed: [
          [0, 10],
          [10, 1],
        ],
      },
      11,
    );
    const series = withoutNewestStep(await loadSeries(["completed"], { window: "15m" }));
    expect(series.times).toEqual([START]);
    expect(series.values.get("completed")).toEqual([10]);
  });

  it("give the failure ratio of each step in which jobs finished", async () => {
    answerPoints({
      completed: [
        [0, 6],
        [10, 0],
      ],
      failed: [
        [0, 2],
        [10, 0],
      ],
      cancelled: [[0, 0]],
    });
    const series = await loadSeries(["completed", "failed", "cancelled"], { window: "15m" });
    expect(failureRatios(series)).toEqual([0.25, null]);
  });
});
