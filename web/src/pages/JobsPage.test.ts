import { render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import { router } from "../router/router.svelte";
import type { Job } from "../services/readModel";
import { live } from "../state/live.svelte";
import { preferences } from "../state/preferences.svelte";
import { session } from "../state/session.svelte";
import { toasts } from "../state/toasts.svelte";
import { answerWith, jsonAnswer, type Request } from "../testing/answers";
import { aJob, anEvent, aPage, idOf } from "../testing/jobLists";
import JobsPage from "./JobsPage.svelte";

const TOTAL = 450;
const statuses = { SCHEDULED: 0, PENDING: TOTAL, FAILED: 8, COMPLETED: 1_200_000 };

let requests: Request[];
let listeners: ((messages: { position: string; event: unknown }[]) => void)[];
let jobsAnswer: (request: Request) => Response;

beforeEach(() => {
  toasts.list = [];
  preferences.set("columns", {});
  preferences.set("views", []);
  session.value = { authentication: "none", caller: null, version: "1", terminal: { configured: false } };
  router.setQuery({ filter: undefined, sort: undefined, columns: undefined });
  listeners = [];
  vi.spyOn(live, "listen").mockImplementation((listener) => {
    listeners.push(listener as (typeof listeners)[number]);
    return () => {};
  });
  jobsAnswer = ({ query }) => jsonAnswer(aPage(Number(query.get("cursor") ?? 0), 200, TOTAL));
  requests = answerWith((request) => {
    if (request.path.endsWith("/overview")) {
      return jsonAnswer({
        statuses,
        queues: [{ queue: "slow" }],
        recentJobs: [aJob(1, { tags: ["nightly"] })],
      });
    }
    if (request.path.endsWith("/snapshot"))
      return jsonAnswer({ types: [{ type: "email" }, { type: "other" }] });
    if (request.method === "POST") return jsonAnswer(aJob(1), 202);
    return jobsAnswer(request);
  });
});

const listed = (): Request[] => requests.filter(({ path }) => path.endsWith("/read-model/jobs"));
const commands = (): string[] => requests.filter(({ method }) => method === "POST").map(({ path }) => path);
const rows = (): HTMLElement[] => within(screen.getByRole("grid")).getAllByRole("row").slice(1);
const send = (...events: unknown[]): void =>
  listeners.forEach((listener) => listener(events.map((event) => ({ position: "1", event }))));

async function open(filter = ""): Promise<ReturnType<typeof userEvent.setup>> {
  router.setQuery({ filter });
  render(JobsPage);
  await screen.findByRole("grid");
  return userEvent.setup();
}

/** Opens a menu: jsdom has no popovers. */
async function openMenu(name: RegExp): Promise<HTMLElement> {
  const button = screen.getByRole("button", { name });
  const panel = document.getElementById(button.getAttribute("popovertarget") ?? "");
  if (!panel) throw new Error("the button opens nothing");
  panel.dispatchEvent(Object.assign(new Event("toggle"), { newState: "open" }));
  await waitFor(() => expect(panel.childElementCount).toBeGreaterThan(0));
  return panel;
}

test("jobs are listed with short ids, and the counts of all statuses", async () => {
  await open();
  expect(within(rows()[0] as HTMLElement).getByRole("link")).toHaveTextContent("0192f0c1~0000");
  expect(within(rows()[0] as HTMLElement).getByRole("link")).toHaveAttribute("href", `/jobs/${idOf(0)}`);
  expect(await screen.findByRole("button", { name: /COMPLETED.*1\.2M/s })).toBeInTheDocument();
  expect(await screen.findByText(/450 jobs, newest first/)).toBeInTheDocument();
});

test("the filter of the address selects the jobs", async () => {
  await open('status:FAILED !type:sms "timed out"');
  const query = listed()[0]?.query;
  expect(query?.getAll("status")).toEqual(["FAILED"]);
  expect(query?.getAll("notType")).toEqual(["sms"]);
  expect(query?.getAll("q")).toEqual(["timed out"]);
  expect(query?.get("limit")).toBe("200");
});

test("a typed filter is completed and applied with Enter", async () => {
  const user = await open();
  const input = screen.getByRole("combobox", { name: "Filter" });
  await user.type(input, "typ");
  expect(screen.getByRole("option")).toHaveTextContent("type:");
  await user.keyboard("{ArrowDown}{Enter}");
  expect(input).toHaveValue("type:");
  await user.keyboard("{ArrowDown}{Tab}");
  expect(input).toHaveValue("type:email ");
  await user.keyboard("{Enter}");
  expect(router.query.get("filter")).toBe("type:email");
  await waitFor(() => expect(listed().at(-1)?.query.get("type")).toBe("email"));
});

test("a term that is not valid is named with a correction, and nothing is requested", async () => {
  router.setQuery({ filter: "staus:FAILED" });
  render(JobsPage);
  expect(await screen.findByText("`staus` is not a key")).toBeInTheDocument();
  expect(listed()).toHaveLength(0);
  await userEvent.click(screen.getByRole("button", { name: "Write status" }));
  expect(router.query.get("filter")).toBe("status:FAILED");
  await waitFor(() => expect(listed().at(-1)?.query.getAll("status")).toEqual(["FAILED"]));
});

test("a term that is being typed is not called wrong before Enter", async () => {
  const user = await open();
  await user.type(screen.getByRole("combobox", { name: "Filter" }), "since:soo");
  expect(screen.queryByText(/must be a time/)).not.toBeInTheDocument();
  await user.keyboard("{Enter}");
  expect(screen.getByText(/must be a time/)).toBeInTheDocument();
  await user.keyboard("{Escape}{Escape}");
  expect(screen.getByRole("combobox", { name: "Filter" })).toHaveValue("");
});

test("a status is selected and removed by its button", async () => {
  const user = await open("type:email");
  await user.click(screen.getByRole("button", { name: /FAILED/ }));
  expect(router.query.get("filter")).toBe("status:FAILED type:email");
  expect(screen.getByRole("button", { name: /FAILED/ })).toHaveAttribute("aria-pressed", "true");
  await user.click(screen.getByRole("button", { name: /All jobs/ }));
  expect(router.query.get("filter")).toBe("type:email");
});

test("the order is reversed by the column and by a key", async () => {
  const user = await open();
  await user.click(screen.getByRole("button", { name: /Created/ }));
  expect(router.query.get("sort")).toBe("createdAt");
  await waitFor(() => expect(listed().at(-1)?.query.get("sort")).toBe("createdAt"));
  expect(screen.getByRole("columnheader", { name: /Created/ })).toHaveAttribute("aria-sort", "ascending");
  await user.keyboard("S");
  expect(router.query.get("sort")).toBeNull();
});

test("columns are chosen and moved, and stay in the address and the preferences", async () => {
  const user = await open();
  await user.click(screen.getByRole("button", { name: "Columns" }));
  await user.click(screen.getByRole("checkbox", { name: "Priority" }));
  await user.click(screen.getByRole("checkbox", { name: "Note" }));
  await user.click(screen.getByRole("button", { name: "Move Status to the left" }));
  expect(router.query.get("columns")).toBe("status,id,type,attempt,created,ran,queue,priority");
  expect(preferences.values.columns.jobs).toHaveLength(8);
  expect(screen.getByRole("columnheader", { name: "Priority", hidden: true })).toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Usual columns" }));
  expect(router.query.get("columns")).toBeNull();
});

test("a time range becomes a term of the filter", async () => {
  const user = await open("type:email since:7d");
  const panel = await openMenu(/Last 7 days/);
  await user.click(within(panel).getByText("Last hour"));
  expect(router.query.get("filter")).toBe("type:email since:1h");
});

test("a view is saved, opened and removed", async () => {
  const user = await open("type:email");
  const panel = await openMenu(/Views/);
  await user.type(within(panel).getByLabelText("Name of the view"), "Mail");
  await user.click(within(panel).getByText("Save this view"));
  expect(preferences.values.views).toEqual([{ name: "Mail", query: "filter=type%3Aemail" }]);
  expect(within(panel).getByText("Mail")).toHaveAttribute("href", "/jobs?filter=type%3Aemail");
  await user.click(within(panel).getByLabelText("Remove the view Mail"));
  expect(preferences.values.views).toEqual([]);
});

test("the list is copied as a command and as curl", async () => {
  document.execCommand = vi.fn(() => true);
  const user = await open('type:email since:1h "it\'s"');
  const panel = await openMenu(/Copy/);
  expect(panel).toHaveTextContent(`odd-dashboard jobs list --filter 'type:email since:1h "it'\\''s"'`);
  await user.click(within(panel).getByText("As curl"));
  expect(toasts.list.at(-1)?.text).toBe("Copied: curl command");
});

test("marked jobs are retried after a confirmation with their number", async () => {
  jobsAnswer = () => jsonAnswer(aPage(0, 200, 4, { status: "FAILED" }));
  const user = await open();
  await user.keyboard("xx");
  await user.keyboard("j");
  expect(screen.getByText("2 jobs marked")).toBeInTheDocument();
  await user.keyboard("t");
  await user.click(await screen.findByRole("button", { name: "Retry 2 jobs" }));
  await waitFor(() => expect(commands()).toHaveLength(2));
  expect(commands()[0]).toBe(`/api/gateway/jobs/${idOf(0)}/retry`);
  await waitFor(() => expect(toasts.list.at(-1)?.text).toBe("2 jobs retried"));
});

test("a mark by shift and click extends to the row", async () => {
  const user = await open();
  await user.click(within(rows()[1] as HTMLElement).getByRole("checkbox"));
  await user.keyboard("{Shift>}");
  await user.click(rows()[4] as HTMLElement);
  await user.keyboard("{/Shift}");
  expect(screen.getByText("4 jobs marked")).toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Clear" }));
  expect(screen.queryByText(/marked/)).not.toBeInTheDocument();
});

test("the outcome of a bulk change names the reasons of what was skipped", async () => {
  jobsAnswer = () => jsonAnswer(aPage(0, 200, 3));
  const user = await open();
  await user.keyboard("a");
  const busy = { type: "/problems/conflict", title: "Conflict", status: 409, detail: "the job is COMPLETED" };
  answerWith(({ method }) => (method === "POST" ? jsonAnswer(busy, 409) : jsonAnswer(aPage(0, 200, 3))));
  await user.keyboard("X");
  await user.click(await screen.findByRole("button", { name: "Cancel 3 jobs" }));
  expect(await screen.findByText(/0 jobs cancelled.*3 in another status by now/)).toBeInTheDocument();
  expect(screen.getByText(/the job is COMPLETED/)).toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Close the outcome" }));
  expect(screen.queryByText(/in another status/)).not.toBeInTheDocument();
});

test("who may only read sees no commands", async () => {
  session.value = {
    authentication: "token",
    caller: { name: "r", role: "read" },
    version: "1",
    terminal: { configured: false },
  };
  const user = await open();
  await user.keyboard("a");
  expect(screen.queryByRole("button", { name: "Retry" })).not.toBeInTheDocument();
  expect(screen.getByRole("button", { name: "Copy ids" })).toBeInTheDocument();
});

test("events change listed jobs in place, and gather new ones behind a button", async () => {
  const user = await open();
  send(
    anEvent("job.started", { jobId: idOf(0), status: "EXECUTING", version: 2, attempt: 1 }),
    anEvent(
      "job.created",
      { jobId: idOf(900), status: "PENDING", version: 1 },
      "2026-11-30T13:00:00.000000Z",
    ),
    // A later page of the list has this one.
    anEvent(
      "job.created",
      { jobId: idOf(800), status: "PENDING", version: 1 },
      "2026-11-30T11:00:00.000000Z",
    ),
  );
  expect(await screen.findByRole("button", { name: "1 new" })).toBeInTheDocument();
  expect(rows()[0]).toHaveTextContent("EXECUTING");
  const before = listed().length;
  await user.click(screen.getByRole("button", { name: "1 new" }));
  await waitFor(() => expect(listed().length).toBeGreaterThan(before));
});

const COMPLETED = { jobId: idOf(1), status: "COMPLETED", previousStatus: "EXECUTING", version: 4 };
const LATER = "2026-11-30T13:00:00.000000Z";

test("events that arrive while the jobs are loaded are applied, and new jobs are counted", async () => {
  let release: () => void = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  const list = { jobs: [aJob(1, { status: "EXECUTING", version: 3 })] };
  answerWith(async ({ path }) => {
    if (!path.endsWith("/read-model/jobs")) return jsonAnswer({ statuses: {}, queues: [], types: [] });
    await released;
    return jsonAnswer(list);
  });
  render(JobsPage);
  await waitFor(() => expect(listeners.length).toBeGreaterThan(0));
  send(
    anEvent("job.completed", COMPLETED),
    anEvent("job.created", { jobId: idOf(2), status: "PENDING", version: 1 }, LATER),
  );
  release();
  await screen.findByRole("grid");
  expect(rows()[0]).toHaveTextContent("COMPLETED");
  expect(screen.getByRole("button", { name: "1 new" })).toBeInTheDocument();
});

test("when the stream starts over, the rows are refreshed in place and new jobs are counted", async () => {
  jobsAnswer = () => jsonAnswer({ jobs: [aJob(1, { status: "EXECUTING", version: 3 })] });
  await open();
  const newest = aJob(2, { createdAt: LATER });
  jobsAnswer = () => jsonAnswer({ jobs: [newest, aJob(1, { status: "COMPLETED", version: 4 })] });
  live.starts += 1;
  expect(await screen.findByRole("button", { name: "1 new" })).toBeInTheDocument();
  await waitFor(() => expect(rows()[0]).toHaveTextContent("COMPLETED"));
  expect(rows()).toHaveLength(1);
});

test("a hostile job is shown inert", async () => {
  const fields: Partial<Job> = {
    status: "FAILED",
    error: { reason: "error", message: "\u001b[31m<img src=x>\u202e" },
    tags: ["a\u0007b"],
  };
  jobsAnswer = () => jsonAnswer(aPage(0, 200, 1, fields));
  await open();
  expect(rows()[0]).toHaveTextContent("␛[31m<img src=x>⟨202E⟩");
  expect(document.querySelector("img")).toBeNull();
});

test("an empty list says what to do", async () => {
  jobsAnswer = () => jsonAnswer({ jobs: [] });
  render(JobsPage);
  expect(await screen.findByText("No jobs yet.")).toBeInTheDocument();
  router.setQuery({ filter: "type:none" });
  expect(await screen.findByText("No job matches the filter.")).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "Show all jobs" }));
  expect(router.query.get("filter")).toBeNull();
});

test("a failure says why, and what to do", async () => {
  jobsAnswer = () => jsonAnswer({ title: "Unavailable", status: 503, detail: "the store is down" }, 503);
  render(JobsPage);
  expect(await screen.findByText("the store is down")).toBeInTheDocument();
  expect(screen.getByText(/odd-dashboard doctor/)).toBeInTheDocument();
});

test("a page that fails later is reported below the rows, and tried again", async () => {
  jobsAnswer = ({ query }) =>
    query.has("cursor")
      ? jsonAnswer({ status: 500, detail: "broken page" }, 500)
      : jsonAnswer(aPage(0, 200, TOTAL));
  const user = await open();
  expect(await screen.findByText(/broken page/)).toBeInTheDocument();
  jobsAnswer = ({ query }) => jsonAnswer(aPage(Number(query.get("cursor") ?? 0), 200, TOTAL));
  await user.click(screen.getByRole("button", { name: "Try again now" }));
  await waitFor(() => expect(screen.queryByText(/broken page/)).not.toBeInTheDocument());
  expect(await screen.findByText(/450 jobs/)).toBeInTheDocument();
});

test("every column shows its value", async () => {
  jobsAnswer = () =>
    jsonAnswer(
      aPage(0, 200, 1, {
        status: "RETRYING",
        attempt: 2,
        startedAt: "2026-11-30T12:00:01.500000Z",
        finishedAt: "2026-11-30T12:00:03.500000Z",
        runAt: "2099-11-30T12:00:00.000000Z",
        uniqueKey: "unique",
        tags: ["one", "two"],
        progress: { fraction: 0.5, message: "half" },
      }),
    );
  router.setQuery({
    columns:
      "id,status,type,attempt,created,ran,queue,note,tags,priority,waited,updated,started,finished,runAt,run,uniqueKey,fullId,correlationId",
  });
  await open();
  for (const text of ["2/3", "2 s", "1.5 s", "one, two", "unique", idOf(0)]) {
    expect(rows()[0]).toHaveTextContent(text);
  }
});
