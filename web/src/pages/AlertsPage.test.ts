import { fireEvent, render, screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import { jobsHref } from "../alerts/jobsHref";
import type { Alert } from "../services/readModel";
import { firingAlerts } from "../state/firingAlerts.svelte";
import { session } from "../state/session.svelte";
import { toasts } from "../state/toasts.svelte";
import { answerWith, jsonAnswer, type Request } from "../testing/answers";
import AlertsPage from "./AlertsPage.svelte";

const FIRING: Alert = {
  id: "a1",
  name: "QueueBacklog",
  severity: "critical",
  state: "firing",
  summary: "The queue mail grows\u202e.",
  description: "Details.",
  action: "Start more workers.",
  runbookUrl: "https://example.com/runbook",
  dashboardUrl: "javascript:alert(1)",
  jobsUrl: "http://127.0.0.1:8081/jobs?status=FAILED&type=fail",
  startsAt: "2026-11-30T14:00:00Z",
  labels: { alertname: "QueueBacklog", queue: "mail" },
};

let alerts: Alert[];
let ended: Alert[];
let source: { status: string; detail?: string; asOf?: string };
let requests: Request[];

beforeEach(() => {
  session.value = { authentication: "none", caller: null, version: "0.1.0", terminal: { configured: true } };
  toasts.list = [];
  alerts = [FIRING];
  ended = [];
  source = { status: "ok", asOf: "2026-11-30T14:00:00Z" };
  requests = answerWith(({ path, method }) => {
    if (path.endsWith("/acknowledge")) {
      alerts = [
        { ...FIRING, acknowledgement: { by: "ada", at: "2026-11-30T14:05:00Z" } },
        ...alerts.slice(1),
      ];
    }
    if (method !== "GET") return jsonAnswer(FIRING);
    return jsonAnswer({ alerts: path.endsWith("/history") ? ended : alerts, source });
  });
});

const commands = (): string[] =>
  requests
    .filter(({ method }) => method !== "GET")
    .map(({ method, path, query }) => `${method} ${path} ${query.toString()}`.trim());

test("a firing alert says what is wrong and what to do, with its jobs and runbook", async () => {
  render(AlertsPage);
  const card = await screen.findByRole("article", { name: "QueueBacklog" });
  expect(within(card).getByText("The queue mail grows⟨202E⟩.")).toBeVisible();
  expect(within(card).getByText("Start more workers.")).toBeVisible();
  expect(within(card).getByText("queue=mail")).toBeVisible();
  expect(within(card).getByRole("link", { name: "Runbook" })).toHaveAttribute(
    "href",
    "https://example.com/runbook",
  );
  expect(within(card).getByRole("link", { name: "The jobs" })).toHaveAttribute(
    "href",
    "/jobs?filter=status%3AFAILED+type%3Afail",
  );
  expect(firingAlerts.count).toBe(1);
});

test("an address with an unsafe scheme is no link", async () => {
  render(AlertsPage);
  const card = await screen.findByRole("article", { name: "QueueBacklog" });
  expect(within(card).queryByRole("link", { name: "Dashboard" })).toBeNull();
});

test("an alert is silenced for the chosen time, and the result reported", async () => {
  render(AlertsPage);
  await userEvent.click(await screen.findByRole("button", { name: "Silence…" }));
  await userEvent.click(screen.getByRole("button", { name: "4 hours" }));
  await userEvent.click(screen.getByRole("button", { name: "Silence" }));
  await vi.waitFor(() => expect(toasts.list[0]?.text).toBe("Silenced QueueBacklog for 4 h"));
  expect(commands()).toEqual(["POST /api/read-model/alerts/a1/silence minutes=240"]);
  expect(screen.queryByRole("dialog")).toBeNull();
});

test("a silence of another length must be within what the API accepts", async () => {
  render(AlertsPage);
  await userEvent.click(await screen.findByRole("button", { name: "Silence…" }));
  const minutes = screen.getByLabelText("Minutes");
  await userEvent.clear(minutes);
  await userEvent.type(minutes, "20000");
  expect(screen.getByRole("button", { name: "Silence" })).toBeDisabled();
});

test("a silence can be ended", async () => {
  alerts = [{ ...FIRING, state: "suppressed", silencedUntil: "2026-11-30T18:00:00Z" }];
  render(AlertsPage);
  expect(await screen.findByRole("region", { name: "Silenced or inhibited" })).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "End the silence" }));
  await vi.waitFor(() => expect(commands()).toEqual(["DELETE /api/read-model/alerts/a1/silence"]));
  expect(firingAlerts.count).toBe(0);
});

test("an acknowledged alert says who works on it", async () => {
  render(AlertsPage);
  await userEvent.click(await screen.findByRole("button", { name: "Acknowledge" }));
  expect(await screen.findByText(/ada works on it/)).toBeVisible();
  expect(commands()).toEqual(["POST /api/read-model/alerts/a1/acknowledge"]);
  expect(screen.queryByRole("button", { name: "Acknowledge" })).toBeNull();
});

test("a refused command is reported with what to do", async () => {
  answerWith(({ path, method }) => {
    if (method !== "GET") return jsonAnswer({ title: "Conflict", detail: "Alertmanager has none" }, 409);
    return jsonAnswer({ alerts: path.endsWith("/history") ? [] : alerts, source });
  });
  render(AlertsPage);
  await userEvent.click(await screen.findByRole("button", { name: "Acknowledge" }));
  await vi.waitFor(() => expect(toasts.list[0]).toMatchObject({ kind: "failed" }));
  expect(toasts.list[0]?.text).toContain("Alertmanager has none");
});

test("the keys move over the alerts, silence for an hour and acknowledge", async () => {
  alerts = [FIRING, { ...FIRING, id: "a2", name: "Second", state: "pending" }];
  render(AlertsPage);
  await screen.findByRole("article", { name: "Second" });
  await fireEvent.keyDown(window, { key: "x" });
  expect(commands()).toEqual([]);
  await fireEvent.keyDown(window, { key: "j" });
  expect(screen.getByRole("article", { name: "QueueBacklog" })).toHaveAttribute("aria-current", "true");
  await fireEvent.keyDown(window, { key: "A" });
  await vi.waitFor(() => expect(commands()).toHaveLength(1));
  await fireEvent.keyDown(window, { key: "j" });
  await fireEvent.keyDown(window, { key: "x" });
  await vi.waitFor(() =>
    expect(commands()).toEqual([
      "POST /api/read-model/alerts/a1/acknowledge",
      "POST /api/read-model/alerts/a2/silence minutes=60",
    ]),
  );
});

test("a reader sees the alerts and is offered no command", async () => {
  session.value = {
    authentication: "token",
    caller: { name: "eve", role: "read" },
    version: "0.1.0",
    terminal: { configured: true },
  };
  render(AlertsPage);
  await screen.findByRole("article", { name: "QueueBacklog" });
  expect(screen.queryByRole("button", { name: /Silence|Acknowledge/ })).toBeNull();
});

test("without alerts the page says so, and shows those that have ended", async () => {
  alerts = [];
  ended = [{ ...FIRING, state: "resolved", endsAt: "2026-11-30T14:10:00Z" }];
  render(AlertsPage);
  expect(await screen.findByText("Nothing needs attention")).toBeVisible();
  expect(await screen.findByText("10 min")).toBeVisible();
});

test("an incomplete list says that alerts may be missing", async () => {
  alerts = [];
  source = { status: "unavailable", detail: "connection refused" };
  render(AlertsPage);
  expect(await screen.findByText(/alerts may be missing/)).toBeVisible();
  expect(screen.getAllByText(/connection refused/).length).toBeGreaterThan(0);
});

test("without a source the page names the settings", async () => {
  alerts = [];
  source = { status: "not_configured" };
  render(AlertsPage);
  expect(await screen.findByText("ODD_PROMETHEUS_URL")).toBeVisible();
});

test("an alert names those that inhibit it", async () => {
  alerts = [FIRING, { ...FIRING, id: "a2", name: "Second", state: "suppressed", inhibitedBy: ["a1", "a9"] }];
  render(AlertsPage);
  expect(await screen.findByText(/No notifications while QueueBacklog, a9 fires/)).toBeVisible();
});

test("links to the jobs keep the filter, and other addresses stay as they are", () => {
  expect(jobsHref("jobs?filter=queue%3Amail")).toBe("/jobs?filter=queue%3Amail");
  expect(jobsHref("https://other.example/jobs?tag=a%20b")).toBe("/jobs?filter=tag%3A%22a+b%22");
  expect(jobsHref("https://other.example/board")).toBe("https://other.example/board");
  expect(jobsHref("javascript:alert(1)")).toBeUndefined();
  expect(jobsHref(undefined)).toBeUndefined();
});
