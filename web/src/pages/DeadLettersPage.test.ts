import { fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import { shortId } from "../lib/shortIds";
import { router } from "../router/router.svelte";
import { live } from "../state/live.svelte";
import { session } from "../state/session.svelte";
import { toasts } from "../state/toasts.svelte";
import { answerWith, jsonAnswer, type Request } from "../testing/answers";
import { aJob, anEvent, aPage, idOf } from "../testing/jobLists";
import DeadLettersPage from "./DeadLettersPage.svelte";

const failed = {
  status: "FAILED",
  attempt: 3,
  error: { reason: "error", message: "no connection" },
  finishedAt: "2026-11-30T12:00:03.000000Z",
} as const;
const withoutPayload = JSON.stringify(aJob(0, { ...failed, metadata: { owner: "me" } })).slice(0, -1);
const created = aJob(77, { type: "email" });

let requests: Request[];
let listeners: ((messages: { position: string; event: unknown }[]) => void)[];
let submitAnswer: () => Response;
let payloadText: string;

beforeEach(() => {
  toasts.list = [];
  router.setQuery({ id: undefined });
  session.value = { authentication: "none", caller: null, version: "1", terminal: { configured: false } };
  listeners = [];
  payloadText = '{"n":12345678901234567890}';
  vi.spyOn(live, "listen").mockImplementation((listener) => {
    listeners.push(listener as (typeof listeners)[number]);
    return () => {};
  });
  submitAnswer = () => jsonAnswer(created, 201);
  requests = answerWith(({ method, path }) => {
    if (method === "DELETE") return new Response(null, { status: 204 });
    if (path.endsWith("/gateway/jobs")) return submitAnswer();
    if (method === "POST") return jsonAnswer(aJob(0), 202);
    if (path.endsWith("/dead-letters")) return jsonAnswer(aPage(0, 100, 3, failed));
    if (path.endsWith("/events")) {
      return jsonAnswer({
        events: [
          anEvent("job.failed", { jobId: idOf(0), status: "FAILED", message: "no connection", version: 4 }),
        ],
      });
    }
    return new Response(`${withoutPayload},"payload":${payloadText}}`, {
      headers: { "content-type": "application/json" },
    });
  });
});

const send = (...events: unknown[]): void =>
  listeners.forEach((listener) => listener(events.map((event) => ({ position: "1", event }))));
const sent = (method: string): Request[] => requests.filter((request) => request.method === method);

async function open(id?: string): Promise<ReturnType<typeof userEvent.setup>> {
  router.setQuery({ id });
  render(DeadLettersPage);
  await screen.findByRole("grid", { hidden: true });
  return userEvent.setup();
}

test("dead letters are listed with their errors, and opened by a click", async () => {
  const user = await open();
  const row = screen.getAllByRole("row")[1] as HTMLElement;
  expect(row).toHaveTextContent("no connection");
  await user.click(within(row).getByText("email"));
  expect(router.query.get("id")).toBe(idOf(0));
  expect(await screen.findByText("Edit the payload")).toBeInTheDocument();
});

test("the error is beside the payload, whose numbers keep all digits", async () => {
  await open(idOf(0));
  expect(await screen.findByRole("textbox", { name: "Edit the payload" })).toHaveValue(
    '{\n  "n": 12345678901234567890\n}',
  );
  expect(screen.getByText(/after 3 of 3 attempts/)).toBeInTheDocument();
  expect(await screen.findByText("The event of the failure")).toBeInTheDocument();
});

test("the text of a payload cannot change how the editor shows it", async () => {
  payloadText = '"a\u202eb"';
  await open(idOf(0));
  expect(await screen.findByRole("textbox", { name: "Edit the payload" })).toHaveValue('"a\\u202eb"');
});

test("an edited payload is submitted as another job that names the first one", async () => {
  const user = await open(idOf(0));
  const area = await screen.findByRole("textbox", { name: "Edit the payload" });
  await fireEvent.input(area, { target: { value: '{"n": 98765432109876543210}' } });
  await user.click(screen.getByRole("button", { name: "Submit as a new job" }));
  await waitFor(() => expect(sent("POST")).toHaveLength(1));
  const { body, headers } = sent("POST")[0] as Request;
  expect(body).toContain('"payload":{"n": 98765432109876543210}');
  expect(JSON.parse(body ?? "")).toMatchObject({
    type: "email",
    maxAttempts: 3,
    metadata: { owner: "me", copiedFrom: idOf(0) },
  });
  expect(headers.get("idempotency-key")).toMatch(/^web-/);
  expect(await screen.findByText(/New job/)).toBeInTheDocument();
  send(anEvent("job.completed", { jobId: created.id, status: "COMPLETED", version: 4, attempt: 1 }));
  expect(await screen.findByRole("button", { name: "Drop the dead letter…" })).toBeInTheDocument();
});

test("text that is not JSON is not submitted, and the place of the error is named", async () => {
  const user = await open(idOf(0));
  const area = await screen.findByRole<HTMLTextAreaElement>("textbox", { name: "Edit the payload" });
  await fireEvent.input(area, { target: { value: '{"a": 1,\n}' } });
  expect(screen.getByText(/Line \d, column \d+/)).toBeInTheDocument();
  expect(screen.getByRole("button", { name: "Submit as a new job" })).toBeDisabled();
  await user.click(screen.getByRole("button", { name: "Show where" }));
  expect(area).toHaveFocus();
  await user.click(screen.getByRole("button", { name: "Undo the changes" }));
  expect(area.value).toContain("12345678901234567890");
});

test("what the gateway refuses is shown by its pointers, and the same content is repeated with the same key", async () => {
  submitAnswer = () =>
    jsonAnswer(
      {
        status: 422,
        detail: "the request violates the contract",
        errors: [{ pointer: "/payload/n", message: "too big" }],
      },
      422,
    );
  const user = await open(idOf(0));
  await user.click(await screen.findByRole("button", { name: "Submit as a new job" }));
  expect(await screen.findByText("/payload/n")).toBeInTheDocument();
  expect(screen.getByText("too big")).toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Submit as a new job" }));
  await waitFor(() => expect(sent("POST")).toHaveLength(2));
  const keys = sent("POST").map(({ headers }) => headers.get("idempotency-key"));
  expect(keys[0]).toBe(keys[1]);
});

test("a replay is reported", async () => {
  const user = await open(idOf(0));
  await user.click(await screen.findByRole("button", { name: "Replay" }));
  await waitFor(() => expect(toasts.list.at(-1)?.text).toBe("1 dead letter replayed"));
  expect(sent("POST")[0]?.path).toBe(`/api/gateway/dead-letters/${idOf(0)}/replay`);
});

test("a drop is confirmed first", async () => {
  const user = await open(idOf(0));
  await user.click(await screen.findByRole("button", { name: "Drop…" }));
  expect(sent("DELETE")).toHaveLength(0);
  await user.click(await screen.findByRole("button", { name: /^Drop the dead letter / }));
  await waitFor(() => expect(toasts.list.at(-1)?.text).toBe("1 dead letter dropped"));
});

test("marked dead letters are dropped together", async () => {
  const user = await open();
  await user.keyboard("a");
  await user.keyboard("D");
  await user.click(await screen.findByRole("button", { name: "Drop 3 dead letters" }));
  await waitFor(() => expect(sent("DELETE")).toHaveLength(3));
});

test("keys act on the opened dead letter, and not on marked ones that it covers", async () => {
  const user = await open();
  await user.keyboard("a");
  router.setQuery({ id: idOf(2) });
  await screen.findByText("Edit the payload");
  await user.keyboard("t");
  await waitFor(() => expect(sent("POST")).toHaveLength(1));
  expect(sent("POST")[0]?.path).toBe(`/api/gateway/dead-letters/${idOf(2)}/replay`);
  await user.keyboard("D");
  await user.click(await screen.findByRole("button", { name: `Drop the dead letter ${shortId(idOf(2))}` }));
  await waitFor(() => expect(sent("DELETE")).toHaveLength(1));
  expect(sent("DELETE")[0]?.path).toBe(`/api/gateway/dead-letters/${idOf(2)}`);
});

test("the cursor is on the dead letter that was open", async () => {
  const user = await open(idOf(2));
  await screen.findByText("Edit the payload");
  await user.keyboard("{Escape}");
  expect(router.query.get("id")).toBeNull();
  await user.keyboard("t");
  await waitFor(() => expect(sent("POST")).toHaveLength(1));
  expect(sent("POST")[0]?.path).toBe(`/api/gateway/dead-letters/${idOf(2)}/replay`);
});

test("new dead letters gather behind a button", async () => {
  await open();
  send(anEvent("job.failed", { jobId: idOf(9), status: "FAILED", previousStatus: "EXECUTING", version: 4 }));
  expect(await screen.findByRole("button", { name: "1 new" })).toBeInTheDocument();
});

test("without dead letters the page says so", async () => {
  answerWith(() => jsonAnswer({ jobs: [] }));
  render(DeadLettersPage);
  expect(await screen.findByText(/no job has failed for good/)).toBeInTheDocument();
});
