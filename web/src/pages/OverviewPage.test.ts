import { render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { answerWith, jsonAnswer } from "../testing/answers";
import { AT, durations, job, JOB_ID, overview, typeSummary, UNKNOWN_ROUTE } from "../testing/figures";
import { OPEN_SESSION } from "../testing/readModelAnswers";
import { router } from "../router/router.svelte";
import type { Alert, Overview } from "../services/readModel";
import { session } from "../state/session.svelte";
import OverviewPage from "./OverviewPage.svelte";

vi.mock("../charts/plot", () => ({
  createPlot: async () => ({ setData() {}, setWidth() {}, point() {}, destroy() {} }),
}));

const snapshot = { failureRatio: 0.1, wait: durations(), run: durations(), types: [typeSummary()], asOf: AT };
const integrity = {
  accepted: 10,
  finished: 6,
  completed: 5,
  failed: 1,
  cancelled: 0,
  inFlight: 4,
  removed: 0,
  lost: 0,
  duplicated: 0,
  evidence: [{ name: "jobs in the log", value: 10, detail: "events job.created" }],
  asOf: AT,
};
const points = [{ at: AT, value: 6 }];

function answer(
  answers: {
    overview?: Partial<Overview>;
    integrity?: Partial<typeof integrity> | null;
    knowsQueues?: boolean;
  } = {},
) {
  return answerWith(({ path, query }) => {
    if (path.endsWith("/overview")) return jsonAnswer(overview(answers.overview));
    if (path.endsWith("/metrics/snapshot")) return jsonAnswer(snapshot);
    if (path.endsWith("/integrity") && answers.integrity !== null) {
      return jsonAnswer({ ...integrity, ...answers.integrity });
    }
    const isQueueMetric = query.get("metric")?.startsWith("queue_");
    if (path.endsWith("/timeseries") && isQueueMetric && !answers.knowsQueues) {
      return jsonAnswer({ status: 422, title: "x", errors: [{ pointer: "?metric", message: "no" }] }, 422);
    }
    if (path.endsWith("/timeseries")) {
      return jsonAnswer({ stepSeconds: 60, points, asOf: "2026-11-30T12:01:00Z" });
    }
    return jsonAnswer(UNKNOWN_ROUTE, 404);
  });
}

beforeEach(() => {
  router.open("/");
  session.value = OPEN_SESSION;
});

describe("the overview", () => {
  it("links each figure to the jobs that it counts", async () => {
    answer();
    render(OverviewPage);
    expect(await screen.findByRole("link", { name: "Failed: 1" })).toHaveAttribute(
      "href",
      "/jobs?filter=status%3AFAILED",
    );
    expect(screen.getByRole("link", { name: "Accepted: 1.50/s" })).toBeVisible();
    expect(screen.getByText("2 not due yet")).toBeVisible();
    await waitFor(() => expect(screen.getByRole("link", { name: "Failure ratio: 10.0 %" })).toBeVisible());
  });

  it("draws throughput, failures and percentiles of the time range", async () => {
    router.setQuery({ window: "24h" });
    const requests = answer({ knowsQueues: true });
    render(OverviewPage);
    expect(await screen.findByRole("slider", { name: /Throughput/ })).toHaveAttribute(
      "aria-valuetext",
      expect.stringContaining("completed 0.10/s"),
    );
    expect(screen.getByRole("slider", { name: /Failure ratio/ })).toBeVisible();
    expect(screen.getByRole("slider", { name: /Run time/ })).toBeVisible();
    expect(screen.getByRole("slider", { name: /Wait time/ })).toBeVisible();
    expect(await screen.findByRole("slider", { name: /Queue depth/ })).toBeVisible();
    expect(
      requests.filter(({ path }) => path.endsWith("/timeseries")).map(({ query }) => query.get("window")),
    ).toEqual(Array.from({ length: 11 }, () => "24h"));
  });

  it("notes the charts and the comparison that an older read model does not have", async () => {
    answer({ integrity: null });
    render(OverviewPage);
    expect(await screen.findByText(/does not record the depth/)).toBeVisible();
    expect(await screen.findByText(/does not compare accepted/)).toBeVisible();
  });

  it("shows that every job is accounted for, with evidence on demand", async () => {
    answer();
    render(OverviewPage);
    expect(await screen.findByText("Every job is accounted for", { exact: false })).toBeVisible();
    await userEvent.click(screen.getByText("Evidence"));
    expect(screen.getByText("events job.created")).toBeVisible();
  });

  it("warns about lost or duplicated work", async () => {
    answer({ integrity: { duplicated: 1 } });
    render(OverviewPage);
    expect(await screen.findByText("Jobs are not accounted for", { exact: false })).toBeVisible();
  });

  it("does not claim that every job is accounted for while the figures cannot be loaded", async () => {
    answer();
    render(OverviewPage);
    await screen.findByText("Every job is accounted for", { exact: false });
    answerWith(() => jsonAnswer({ status: 503, title: "x", detail: "no store" }, 503));
    // The page loads again when it is shown again.
    document.dispatchEvent(new Event("visibilitychange"));
    expect(await screen.findByText(/Unknown since/)).toBeVisible();
    expect(screen.queryByText("Every job is accounted for", { exact: false })).toBeNull();
    expect(screen.getByText("The figures could not be loaded again: no store.")).toBeInTheDocument();
  });

  it("lists the newest jobs, firing alerts and busiest types", async () => {
    const alert = {
      id: "1",
      name: "A",
      severity: "critical",
      state: "firing",
      summary: "No worker",
      startsAt: AT,
    };
    answer({ overview: { recentJobs: [job({ type: "mail\u0007" })], alerts: [alert as Alert] } });
    render(OverviewPage);
    expect(await screen.findByTitle(JOB_ID)).toHaveAttribute("href", `/jobs/${JOB_ID}`);
    expect(screen.getByText("mail␇")).toBeVisible();
    expect(screen.getByText("No worker", { exact: false })).toBeVisible();
    expect(await screen.findByRole("link", { name: "email" })).toHaveAttribute("href", "/types/email");
  });

  it("says how to begin while there are no jobs", async () => {
    answer();
    render(OverviewPage);
    expect(await screen.findByText("No jobs yet.")).toBeVisible();
    expect(screen.getByRole("link", { name: "Submit a job" })).toHaveAttribute("href", "/new");
    expect(screen.getByText("No alert fires.")).toBeVisible();
  });

  it("shows one error when the read model fails, and loads again on demand", async () => {
    const requests = answerWith(() => jsonAnswer({ status: 503, title: "x", detail: "no store" }, 503));
    render(OverviewPage);
    expect(await screen.findByRole("alert")).toHaveTextContent("no store");
    expect(screen.getAllByRole("alert")).toHaveLength(1);
    const before = requests.length;
    await userEvent.keyboard("r");
    await waitFor(() => expect(requests.length).toBeGreaterThan(before));
  });
});
