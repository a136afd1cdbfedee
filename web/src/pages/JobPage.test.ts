import { render, screen, within } from "@testing-library/svelte";
import { tick } from "svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { router } from "../router/router.svelte";
import { live } from "../state/live.svelte";
import { preferences } from "../state/preferences.svelte";
import { Resource } from "../state/resource.svelte";
import { session } from "../state/session.svelte";
import { toasts } from "../state/toasts.svelte";
import { answerWith, jsonAnswer } from "../testing/answers";
import { answerJob, failedJob, JOB_ID, TRACE_ID } from "../testing/jobs";
import JobPage from "./JobPage.svelte";

let copied: string[] = [];

beforeEach(() => {
  session.value = { authentication: "none", caller: null, version: "0.1.0", terminal: { configured: true } };
  live.connection = "live";
  copied = [];
  document.execCommand = () => {
    copied.push(document.querySelector<HTMLTextAreaElement>("textarea[readonly]")?.value ?? "");
    return true;
  };
  router.open(`/jobs/${JOB_ID}`);
});

afterEach(() => {
  session.value = undefined;
  toasts.list = [];
  vi.restoreAllMocks();
});

async function show(job: object = failedJob) {
  const requests = answerWith((request) =>
    request.method === "GET"
      ? answerJob(request, job)
      : jsonAnswer({ ...failedJob, run: 2, status: "PENDING" }),
  );
  render(JobPage, { id: JOB_ID });
  await screen.findByRole("heading", { level: 1, name: failedJob.type });
  await screen.findByText("The job failed after 2 attempts.").catch(() => undefined);
  return requests;
}

const waiting = {
  ...failedJob,
  status: "RETRYING",
  finishedAt: undefined,
  error: undefined,
  runAt: "2026-11-30T12:00:20Z",
};

test("a failed job shows why, with its error inert and a link to all failures like it", async () => {
  await show();
  expect(screen.getByText("Why did it fail?")).toBeInTheDocument();
  expect(screen.getByText("Fix the cause.")).toBeInTheDocument();
  expect(screen.getByText("mailbox ␛[31mfull")).toBeInTheDocument();
  expect(screen.getByRole("link", { name: "All failures like this" })).toHaveAttribute(
    "href",
    "/failures/00ff00ff00ff00ff",
  );
});

test("the attempts are a table with the time of each stage", async () => {
  await show();
  const table = screen.getByRole("table");
  const cells = within(table)
    .getAllByRole("row")
    .map((row) =>
      within(row)
        .queryAllByRole("cell")
        .map((cell) => cell.textContent?.trim() ?? ""),
    );
  expect(cells[1]).toEqual(["1", expect.stringContaining("timed out"), "", "", "1 s", "2 s", "06f35f6e", ""]);
  expect(cells[2]?.at(1)).toBe("timed out: too slow");
  expect(cells[3]).toEqual([
    "2",
    expect.stringContaining("FAILED"),
    "",
    "3 s",
    "1 s",
    "2 s",
    "06f35f6e",
    "2 lines",
  ]);
  expect(screen.getByText(/2 attempts in 9 s, ran 4 s, waited for a worker 2 s, delayed 3 s/)).toBeVisible();
});

test("details lead to the original, the tag, the trace and the tools of the user", async () => {
  preferences.set("linkTemplates", [
    { name: "Logs", url: "https://logs.example.com/?q={correlationId}" },
    { name: "Evil", url: "javascript:alert(1)" },
  ]);
  await show();
  expect(screen.getByRole("link", { name: "0192f0c1-0000-7a51-b6a1-3f1f5a0c7c11" })).toHaveAttribute(
    "href",
    "/jobs/0192f0c1-0000-7a51-b6a1-3f1f5a0c7c11",
  );
  expect(screen.getByRole("link", { name: "nightly" })).toHaveAttribute("href", "/jobs?filter=tag%3Anightly");
  await screen.findByText(TRACE_ID);
  expect(screen.getByRole("link", { name: "Logs" })).toHaveAttribute(
    "href",
    `https://logs.example.com/?q=${failedJob.correlationId}`,
  );
  expect(screen.queryByRole("link", { name: "Evil" })).toBeNull();
  expect(screen.getByText("from 500 ms, up to 1 min, × 2")).toBeInTheDocument();
  preferences.set("linkTemplates", []);
});

test("the payload keeps every digit, also in the copied command", async () => {
  await show();
  expect(screen.getByRole("tree", { name: "payload" })).toHaveTextContent("12345678901234567890.10");
  await userEvent.click(screen.getByRole("button", { name: "Command" }));
  await userEvent.click(screen.getByRole("button", { name: "curl" }));
  await userEvent.click(screen.getByRole("button", { name: "Link" }));
  expect(copied[0]).toContain('"amount":12345678901234567890.10');
  expect(copied[1]).toContain("/api/gateway/jobs");
  expect(copied[2]).toContain(`/jobs/${JOB_ID}`);
});

test("the tab is in the address, and arrows move between tabs", async () => {
  await show();
  screen.getByRole("tab", { name: "Payload" }).focus();
  await userEvent.keyboard("{ArrowRight}");
  expect(screen.getByRole("tab", { name: "Result" })).toHaveFocus();
  expect(router.query.get("tab")).toBe("result");
  expect(screen.getByText("The job has no result.")).toBeInTheDocument();
  await userEvent.keyboard("{ArrowLeft}");
  expect(router.query.get("tab")).toBeNull();
});

test("the log of an attempt is inert, and can be searched and copied", async () => {
  await show();
  await userEvent.click(screen.getByRole("tab", { name: "Log" }));
  expect(await screen.findByText("␛[31mrefused")).toBeInTheDocument();
  await userEvent.type(screen.getByRole("searchbox", { name: "Search in the log" }), "REFUSED");
  expect(screen.getByText("1 of 2 lines")).toBeInTheDocument();
  expect(screen.queryByText("connecting")).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Copy" }));
  expect(copied[0]).toBe("2026-11-30T12:00:08.000Z \u001b[31mrefused");
  await userEvent.selectOptions(screen.getByRole("combobox", { name: "Attempt" }), "1");
  expect(router.query.get("attempt")).toBe("1");
});

test("every event is listed with its JSON", async () => {
  await show();
  await userEvent.click(screen.getByRole("tab", { name: /Events/ }));
  expect(screen.getAllByRole("listitem").filter((item) => item.textContent?.includes("job."))).toHaveLength(
    8,
  );
  await userEvent.click(screen.getByRole("button", { name: "JSON of event 4" }));
  expect(screen.getByRole("tree", { name: "event 4" })).toHaveTextContent("timed_out");
});

test("t retries the job, says so, and loads it again", async () => {
  const requests = await show();
  const before = requests.length;
  await userEvent.keyboard("t");
  await vi.waitFor(() => expect(toasts.list[0]?.text).toBe("The job runs again: run 2."));
  expect(requests[before]).toMatchObject({
    method: "POST",
    path: expect.stringContaining(`api/gateway/jobs/${JOB_ID}/retry`) as string,
  });
  await vi.waitFor(() => expect(requests.slice(before + 1).map(({ method }) => method)).toContain("GET"));
});

test("X asks before it cancels", async () => {
  const requests = await show(waiting);
  await userEvent.keyboard("X");
  const dialog = screen.getByRole("dialog", { name: "Cancel this job?" });
  expect(requests.some(({ method }) => method === "POST")).toBe(false);
  await userEvent.click(within(dialog).getByRole("button", { name: "Cancel the job" }));
  await vi.waitFor(() => expect(requests.some(({ path }) => path.endsWith("/cancel"))).toBe(true));
});

test("a refused command is shown with its reason", async () => {
  answerWith((request) =>
    request.method === "GET"
      ? answerJob(request)
      : jsonAnswer({ title: "Conflict", detail: "the job is PENDING", status: 409 }, 409),
  );
  render(JobPage, { id: JOB_ID });
  await userEvent.click(await screen.findByRole("button", { name: /Retry/ }));
  await vi.waitFor(() => expect(toasts.list[0]?.text).toContain("the job is PENDING"));
});

test("a reader is offered no changes", async () => {
  session.value = {
    authentication: "token",
    caller: { name: "r", role: "read" },
    version: "0.1.0",
    terminal: { configured: true },
  };
  await show();
  expect(screen.queryByRole("button", { name: /Retry/ })).toBeNull();
  expect(screen.queryByRole("link", { name: /Edit a copy/ })).toBeNull();
  expect(screen.getByRole("link", { name: "Open in the terminal" })).toHaveAttribute(
    "href",
    `/terminal?job=${JOB_ID}`,
  );
});

test("y, Y and e copy the id and the link, and open a copy", async () => {
  await show();
  await userEvent.keyboard("yY");
  await vi.waitFor(() => expect(copied).toEqual([JOB_ID, location.href]));
  await userEvent.keyboard("e");
  expect(location.pathname + location.search).toBe(`/new?copy=${JOB_ID}`);
});

test("an event of the job loads it again, one of another job does not", async () => {
  const listeners: Parameters<typeof live.listen>[0][] = [];
  vi.spyOn(live, "listen").mockImplementation((listener) => {
    listeners.push(listener);
    return () => undefined;
  });
  const touched = vi.spyOn(Resource.prototype, "touch");
  await show();
  const message = (jobId: string) => [{ position: "1", event: { payload: { jobId } } }] as never;
  for (const listener of listeners) listener(message("other"));
  expect(touched).not.toHaveBeenCalled();
  for (const listener of listeners) listener(message(JOB_ID));
  expect(touched).toHaveBeenCalledTimes(3);
});

test("after an interruption of the stream everything is loaded again", async () => {
  const requests = await show();
  const before = requests.length;
  live.connection = "polling";
  await tick();
  live.connection = "live";
  await vi.waitFor(() => expect(requests.length).toBeGreaterThanOrEqual(before + 3));
});

test("a job that does not exist may have been removed by retention", async () => {
  answerWith(() =>
    jsonAnswer({ title: "Not found", detail: "there is no job with this id", status: 404 }, 404),
  );
  render(JobPage, { id: JOB_ID });
  expect(await screen.findByRole("heading", { name: "There is no such job" })).toBeInTheDocument();
  expect(screen.getByText(/Retention may have removed it/)).toBeInTheDocument();
});

test("an id that cannot be one of a job is named as such, without another reason", async () => {
  answerWith(() => jsonAnswer({ title: "Not found", status: 404 }, 404));
  render(JobPage, { id: "<b>" });
  expect(await screen.findByText("An id of a job is a UUID.")).toBeInTheDocument();
  expect(screen.queryByText(/Retention/)).toBeNull();
  expect(screen.queryByRole("button", { name: "Look again" })).toBeNull();
});

test("t and X say why they have no effect, and send nothing", async () => {
  const requests = await show({ ...failedJob, status: "COMPLETED" });
  await userEvent.keyboard("t");
  await userEvent.keyboard("X");
  expect(toasts.list.map(({ text }) => text)).toEqual([
    "The job is COMPLETED; only a FAILED or CANCELLED job can be retried",
    "The job is COMPLETED; only an unfinished job can be cancelled",
  ]);
  expect(requests.every(({ method }) => method === "GET")).toBe(true);
  expect(screen.queryByRole("dialog")).toBeNull();
});

test("after a retry, the attempts of the run are counted", async () => {
  const [first, second] = failedJob.attempts;
  await show({ ...failedJob, run: 2, attempts: [first, { ...second, run: 2 }] });
  expect(screen.getByText(", run 2 (1 of 2)")).toBeInTheDocument();
});

test("progress and a request to stop are shown while the job runs", async () => {
  await show({
    ...waiting,
    status: "EXECUTING",
    cancelRequested: true,
    progress: { fraction: 0.429, message: "sending" },
  });
  expect(screen.getByRole("progressbar", { name: "Progress" })).toHaveValue(0.429);
  expect(screen.getByText("42 %")).toBeInTheDocument();
  expect(screen.getByText("cancel requested")).toBeInTheDocument();
  expect(screen.getByText("What is it doing?")).toBeInTheDocument();
});
