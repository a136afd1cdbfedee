// What the form of a new job says about wrong fields, and what it asks for.
import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { router } from "../router/router.svelte";
import { session } from "../state/session.svelte";
import { answerWith, jsonAnswer, type Request } from "../testing/answers";
import NewJobPage from "./NewJobPage.svelte";

const SCHEMA = {
  type: "object",
  properties: {
    note: { type: "string" },
    lines: { type: "array", items: { type: "string" } },
    to: { type: "string" },
    names: { type: "array", items: { type: "string" } },
  },
  required: ["to", "names"],
};

let requests: Request[];

beforeEach(() => {
  session.value = { authentication: "none", caller: null, version: "0.1.0", terminal: { configured: true } };
  window.scrollTo = () => undefined;
  window.matchMedia = () => ({ matches: true }) as MediaQueryList;
  router.open("/new");
  requests = answerWith(({ path }) => {
    if (path.endsWith("/types/email")) return jsonAnswer({ schema: SCHEMA });
    if (path.endsWith("/queues")) return jsonAnswer({ queues: [] });
    if (path.endsWith("/snapshot")) return jsonAnswer({ types: [{ type: "other" }, { type: "email" }] });
    if (path.endsWith("/jobs")) return jsonAnswer({ jobs: [{ type: "sms", queue: "slow" }] });
    return jsonAnswer({ title: "Not found", status: 404 }, 404);
  });
  render(NewJobPage);
});

afterEach(() => (session.value = undefined));

const type = (): HTMLElement => screen.getByRole("combobox", { name: /^Type/ });
const payload = (): HTMLElement => screen.getByRole("textbox", { name: "Payload as JSON" });
const submit = (): Promise<void> => userEvent.click(screen.getByRole("button", { name: "Submit" }));
const schemaRequests = (): string[] =>
  requests.map(({ path }) => path).filter((path) => path.includes("/types/"));

test("a missing type is named once", async () => {
  await submit();
  expect(screen.getByText(/The job was not sent/)).toBeInTheDocument();
  expect(screen.getAllByText(/Type is required/)).toHaveLength(1);
  expect(screen.queryByText("/type")).toBeNull();
});

test("wrong JSON is named at the editor, and once below until it is corrected", async () => {
  await userEvent.type(type(), "sms");
  await userEvent.click(payload());
  await userEvent.paste('{"a": }');
  const place = screen.getByRole("button", { name: /Line 1, column 7/ });
  const message = place.textContent?.split(": ").at(-1) ?? "";
  const places = (): HTMLElement[] =>
    screen.queryAllByRole("button").filter((button) => button.textContent?.includes(message));
  expect(places()).toEqual([place]);
  expect(payload()).toHaveAccessibleDescription(/Line 1, column 7/);
  await submit();
  expect(places()).toHaveLength(2);
  await userEvent.clear(payload());
  await userEvent.paste('{"a": 1}');
  expect(places()).toHaveLength(0);
  expect(screen.queryByText(/The job was not sent/)).toBeNull();
});

test("required fields come first, and only they are marked", async () => {
  await userEvent.type(type(), "email");
  await screen.findByRole("textbox", { name: /^to/ });
  const labels = [...document.querySelectorAll("[aria-labelledby='payload-title'] :is(label, legend)")];
  expect(labels.map((label) => label.textContent?.replace(/\s+/g, " ").trim())).toEqual([
    "to required",
    expect.stringMatching(/^names ?required$/),
    "note",
    "lines",
  ]);
});

test("a schema is asked for where there can be one", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  await userEvent.type(type(), "sms");
  await userEvent.tab();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(schemaRequests()).toEqual([]);
  await userEvent.clear(type());
  await userEvent.type(type(), "echo");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(schemaRequests()).toEqual([expect.stringMatching(/\/types\/echo$/)]);
});
