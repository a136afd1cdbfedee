// What the list of jobs refuses without a request, and what it says without jobs.
import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test } from "vitest";
import { router } from "../router/router.svelte";
import type { JobList } from "../services/readModel";
import { session } from "../state/session.svelte";
import { toasts } from "../state/toasts.svelte";
import { answerWith, jsonAnswer, type Request } from "../testing/answers";
import { aPage } from "../testing/jobLists";
import JobsPage from "./JobsPage.svelte";

let requests: Request[];
let list: JobList;

beforeEach(() => {
  toasts.list = [];
  session.value = { authentication: "none", caller: null, version: "1", terminal: { configured: false } };
  router.setQuery({ filter: undefined, sort: undefined, columns: undefined });
  requests = answerWith(({ path }) => {
    if (path.endsWith("/overview")) return jsonAnswer({ statuses: {}, queues: [], recentJobs: [] });
    return jsonAnswer(path.endsWith("/snapshot") ? { types: [] } : list);
  });
});

test("an action that the status of a job does not allow is neither asked for nor sent", async () => {
  list = aPage(0, 4, 4, { status: "COMPLETED" });
  render(JobsPage);
  await screen.findByRole("grid");
  await userEvent.keyboard("t");
  await userEvent.keyboard("X");
  expect(toasts.list.map(({ text }) => text)).toEqual([
    "The job is COMPLETED; only a FAILED or CANCELLED job can be retried",
    "The job is COMPLETED; only an unfinished job can be cancelled",
  ]);
  await userEvent.keyboard("x");
  expect(screen.getByRole("button", { name: "Retry" })).toBeDisabled();
  expect(screen.getByRole("button", { name: "Cancel" })).toBeDisabled();
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(requests.every(({ method }) => method === "GET")).toBe(true);
});

test("an empty list has no line with the number of jobs", async () => {
  list = { jobs: [] };
  router.setQuery({ filter: "type:none" });
  render(JobsPage);
  expect(await screen.findByText("No job matches the filter.")).toBeInTheDocument();
  expect(screen.queryByText(/0 jobs/)).toBeNull();
});
