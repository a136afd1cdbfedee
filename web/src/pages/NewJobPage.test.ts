import { render, screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { router } from "../router/router.svelte";
import { session } from "../state/session.svelte";
import { toasts } from "../state/toasts.svelte";
import { answerWith, jsonAnswer, type Request } from "../testing/answers";
import { answerJob, failedJob, JOB_ID } from "../testing/jobs";
import NewJobPage from "./NewJobPage.svelte";

const SCHEMA = {
  type: "object",
  properties: {
    to: { type: "string", description: "Who gets it." },
    copies: { type: "integer", minimum: 1 },
    lines: { type: "array", items: { type: "string" } },
    kind: { enum: ["plain", "html"] },
  },
  required: ["to"],
};

const SCHEMA_WITH_DEFAULTS = {
  type: "object",
  properties: { width: { type: "integer", default: 1920 }, ratio: { type: "number" } },
};

const accepted = { ...failedJob, status: "PENDING" };

beforeEach(() => {
  session.value = { authentication: "none", caller: null, version: "0.1.0", terminal: { configured: true } };
  window.scrollTo = () => undefined;
  window.matchMedia = () => ({ matches: true }) as MediaQueryList;
  router.open("/new");
});

afterEach(() => {
  session.value = undefined;
  toasts.list = [];
});

function show(
  answerSubmission: (request: Request) => Response | Promise<Response> = () => jsonAnswer(accepted),
) {
  const requests = answerWith((request) => {
    if (request.method === "POST") return answerSubmission(request);
    if (request.path.endsWith("/types/email")) return jsonAnswer({ schema: SCHEMA });
    if (request.path.endsWith("/types/thumb")) return jsonAnswer({ schema: SCHEMA_WITH_DEFAULTS });
    if (request.path.includes("/types/")) return jsonAnswer({ title: "Not found", status: 404 }, 404);
    if (request.path.endsWith("/queues")) return jsonAnswer({ queues: [] });
    if (request.path.endsWith("/snapshot"))
      return jsonAnswer({ types: [{ type: "other" }, { type: "email" }, { type: "thumb" }] });
    if (request.path.endsWith("/jobs")) return jsonAnswer({ jobs: [{ type: "sms", queue: "slow" }] });
    return answerJob(request);
  });
  const view = render(NewJobPage);
  return { ...view, submissions: () => requests.filter(({ method }) => method === "POST") };
}

const type = (): HTMLElement => screen.getByRole("combobox", { name: /^Type/ });
const payload = (): HTMLElement => screen.getByRole("textbox", { name: "Payload as JSON" });
const submit = (): Promise<void> => userEvent.click(screen.getByRole("button", { name: "Submit" }));

test("a payload is sent as it was written, with a key, and leads to the job", async () => {
  const { submissions } = show();
  await userEvent.type(type(), "echo");
  // Leaving the type fills in its example.
  await userEvent.click(payload());
  await userEvent.clear(payload());
  await userEvent.paste('{"amount": 12345678901234567890.10}');
  await submit();
  await screen.findByText(/The job is accepted$/);
  expect(submissions()[0]?.body).toBe('{"type":"echo","payload":{"amount": 12345678901234567890.10}}');
  expect(submissions()[0]?.headers.get("idempotency-key")).toMatch(/^web-[0-9a-f]{32}$/);
  expect(screen.getByRole("link", { name: "Show the job" })).toHaveAttribute("href", `/jobs/${JOB_ID}`);
  await vi.waitFor(() => expect(screen.getByRole("link", { name: "Show the job" })).toHaveFocus());
  await userEvent.click(screen.getByRole("button", { name: "Another one" }));
  expect(type()).toHaveValue("");
});

test("the same again is another job with another key", async () => {
  const { submissions } = show();
  await userEvent.type(type(), "echo");
  await submit();
  await userEvent.click(await screen.findByRole("button", { name: "The same again" }));
  await submit();
  await vi.waitFor(() => expect(submissions()).toHaveLength(2));
  const [first, second] = submissions();
  expect(second?.body).toBe(first?.body);
  expect(second?.headers.get("idempotency-key")).not.toBe(first?.headers.get("idempotency-key"));
});

test("an invalid form is not sent, and the focus moves to the first wrong field", async () => {
  const { submissions } = show();
  await submit();
  expect(submissions()).toHaveLength(0);
  expect(screen.getByText("The job was not sent", { exact: false })).toBeInTheDocument();
  await vi.waitFor(() => expect(type()).toHaveFocus());
  expect(type()).toHaveAccessibleDescription(/is required/);
});

test("errors of the gateway are shown at the fields that they point to", async () => {
  const errors = [
    { pointer: "/queue", message: "must be another one" },
    { pointer: "/payload/a/1", message: "must be a number" },
    // Two rules of a schema can be broken in the same way.
    { pointer: "/payload/a/1", message: "must be a number" },
  ];
  show(() => jsonAnswer({ title: "Invalid", detail: "see errors", status: 422, errors }, 422));
  await userEvent.type(type(), "custom");
  await userEvent.click(payload());
  await userEvent.paste('{"a":[1,"x"]}');
  await submit();
  expect(await screen.findByText("Nothing was stored.", { exact: false })).toBeInTheDocument();
  expect(screen.getByRole("combobox", { name: "Queue" })).toHaveAccessibleDescription(/must be another one/);
  const [place] = screen.getAllByRole("button", { name: "/payload/a/1 must be a number" });
  await userEvent.click(place as HTMLElement);
  const area = payload() as HTMLTextAreaElement;
  expect(area.value.slice(area.selectionStart, area.selectionEnd)).toBe('"x"');
  await userEvent.type(screen.getByRole("combobox", { name: "Queue" }), "x");
  expect(screen.queryByText("must be another one", { exact: false })).toBeNull();
});

test("a submission without an answer is sent again with the same key and content", async () => {
  let isDown = true;
  const { submissions } = show(() => (isDown ? Promise.reject(new TypeError("down")) : jsonAnswer(accepted)));
  await userEvent.type(type(), "echo");
  await submit();
  await screen.findByText("It is unknown whether the job was accepted", { exact: false });
  isDown = false;
  await userEvent.click(screen.getByRole("button", { name: "Send again" }));
  await screen.findByText(/The job is accepted$/);
  const [first, second] = submissions();
  expect(second?.headers.get("idempotency-key")).toBe(first?.headers.get("idempotency-key"));
  expect(second?.body).toBe(first?.body);
});

test("a change after an unknown outcome is another job with another key", async () => {
  const { submissions } = show(() => jsonAnswer({ title: "Unavailable", status: 503 }, 503));
  await userEvent.type(type(), "echo");
  await submit();
  await screen.findByRole("button", { name: "Send again" });
  await userEvent.type(screen.getByRole("combobox", { name: "Queue" }), "slow");
  expect(screen.getByText(/The one before may have been stored/)).toBeInTheDocument();
  await submit();
  await vi.waitFor(() => expect(submissions()).toHaveLength(2));
  const [first, second] = submissions();
  expect(second?.headers.get("idempotency-key")).not.toBe(first?.headers.get("idempotency-key"));
});

test("a job that exists already is named as such", async () => {
  show(
    () =>
      new Response(JSON.stringify(accepted), {
        headers: { "content-type": "application/json", "unique-job-exists": "true" },
      }),
  );
  await userEvent.type(type(), "echo");
  await submit();
  expect(await screen.findByText(/There is an unfinished job with this unique key/)).toBeInTheDocument();
  expect(screen.getByText("No other job was created.")).toBeInTheDocument();
});

test("a type with a schema has a form, whose values become the payload", async () => {
  const { submissions } = show();
  await userEvent.type(type(), "email");
  const to = await screen.findByRole("textbox", { name: /^to/ });
  await userEvent.type(to, "a@example.com");
  await userEvent.type(screen.getByRole("textbox", { name: "copies" }), "12345678901234567890");
  await userEvent.selectOptions(screen.getByRole("combobox", { name: "kind" }), "html");
  await userEvent.click(screen.getByRole("button", { name: "Add lines" }));
  await userEvent.type(screen.getByRole("textbox", { name: /^lines 1/ }), "hello");
  await submit();
  await screen.findByText(/The job is accepted$/);
  expect(submissions()[0]?.body?.replace(/\s/g, "")).toBe(
    '{"type":"email","payload":{"to":"a@example.com","copies":12345678901234567890,"lines":["hello"],"kind":"html"}}',
  );
});

test("defaults that the form shows are sent, and are not typed by the user", async () => {
  router.open("/new", { type: "thumb" });
  const { submissions } = show();
  expect(await screen.findByRole("textbox", { name: "width" })).toHaveValue("1920");
  router.open("/jobs");
  expect(screen.queryByRole("dialog")).toBeNull();
  await submit();
  await vi.waitFor(() => expect(submissions()).toHaveLength(1));
  expect(JSON.parse(submissions()[0]?.body ?? "")).toEqual({ type: "thumb", payload: { width: 1920 } });
});

test("defaults are sent after the JSON was removed, too", async () => {
  const { submissions } = show();
  await userEvent.type(type(), "thumb");
  await userEvent.tab();
  await screen.findByRole("textbox", { name: "width" });
  await userEvent.click(screen.getByRole("button", { name: "JSON" }));
  await userEvent.clear(payload());
  await userEvent.click(screen.getByRole("button", { name: "Form" }));
  expect(screen.getByRole("textbox", { name: "width" })).toHaveValue("1920");
  await submit();
  await vi.waitFor(() => expect(submissions()[0]?.body).toContain('"width": 1920'));
});

test("the names of wrong fields cannot change how they are shown", async () => {
  const errors = [{ pointer: "/payload/a\u202eb", message: "must be absent" }];
  show(() => jsonAnswer({ title: "Invalid", status: 422, errors }, 422));
  await userEvent.type(type(), "custom");
  await submit();
  const places = await screen.findAllByRole("button", { name: "/payload/a⟨202E⟩b must be absent" });
  expect(places).toHaveLength(2);
});

test("a number that is out of range is refused, and not replaced by the one before", async () => {
  const { submissions } = show();
  await userEvent.type(type(), "thumb");
  await userEvent.tab();
  await userEvent.type(await screen.findByRole("textbox", { name: "ratio" }), "1e999");
  expect(screen.getByRole("textbox", { name: "ratio" })).toHaveAccessibleDescription(/out of range/);
  await submit();
  expect(submissions()).toHaveLength(0);
});

test("the form and the JSON show the same payload", async () => {
  show();
  await userEvent.type(type(), "email");
  await userEvent.type(await screen.findByRole("textbox", { name: /^to/ }), "x");
  await userEvent.click(screen.getByRole("button", { name: "JSON" }));
  expect(payload()).toHaveValue('{\n  "to": "x"\n}');
  await userEvent.clear(payload());
  await userEvent.click(payload());
  await userEvent.paste('{"to":"y","more":1.10}');
  await userEvent.click(screen.getByRole("button", { name: "Form" }));
  expect(screen.getByRole("textbox", { name: /^to/ })).toHaveValue("y");
  expect(screen.getByText(/Kept as they are: more/)).toBeInTheDocument();
});

test("wrong fields of the form are named when it is submitted", async () => {
  const { submissions } = show();
  await userEvent.type(type(), "email");
  await userEvent.type(await screen.findByRole("textbox", { name: "copies" }), "0");
  await submit();
  expect(submissions()).toHaveLength(0);
  expect(screen.getByRole("textbox", { name: "copies" })).toHaveAccessibleDescription(/must be at least 1/);
  await vi.waitFor(() => expect(screen.getByRole("textbox", { name: /^to/ })).toHaveFocus());
});

test("an error in the JSON is shown with its place while it is typed", async () => {
  show();
  await userEvent.click(payload());
  await userEvent.paste('{\n  "a": 1,\n}');
  const place = screen.getByRole("button", { name: /Line 3, column 1/ });
  await userEvent.click(place);
  expect((payload() as HTMLTextAreaElement).selectionStart).toBe(12);
});

test("a copy has what the job was submitted with, and leads to it", async () => {
  router.open("/new", { copy: JOB_ID });
  show();
  expect(await screen.findByText("New job: a copy")).toBeInTheDocument();
  await vi.waitFor(() => expect(type()).toHaveValue("email"));
  expect(screen.getByRole("combobox", { name: "Queue" })).toHaveValue("slow");
  expect(screen.getByDisplayValue("copiedFrom")).toBeInTheDocument();
  expect(screen.getByRole("link", { name: JOB_ID })).toHaveAttribute("href", `/jobs/${JOB_ID}`);
});

test("a job that cannot be copied is named, and an empty form is offered", async () => {
  router.open("/new", { copy: JOB_ID });
  answerWith(() => jsonAnswer({ title: "Not found", detail: "no such job", status: 404 }, 404));
  render(NewJobPage);
  expect(await screen.findByText("The job could not be copied")).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "Start with an empty form" }));
  expect(type()).toHaveValue("");
});

test("a link fills in type and payload", () => {
  router.open("/new", { type: "echo", payload: "[1]" });
  show();
  expect(type()).toHaveValue("echo");
  expect(payload()).toHaveValue("[1]");
});

test("a built-in type fills in an example until the user has written a payload", async () => {
  show();
  await userEvent.type(type(), "sleep");
  await userEvent.tab();
  expect(payload()).toHaveValue('{\n  "ms": 2000\n}');
});

test("leaving asks when something was typed, and only then", async () => {
  show();
  router.open("/jobs");
  expect(location.pathname).toBe("/jobs");
  router.open("/new");
  await userEvent.type(type(), "echo");
  router.open("/jobs");
  const dialog = await screen.findByRole("dialog", { name: "Leave without submitting?" });
  expect(location.pathname).toBe("/new");
  await userEvent.click(within(dialog).getByRole("button", { name: "Stay" }));
  expect(location.pathname).toBe("/new");
  router.open("/jobs");
  await userEvent.click(await screen.findByRole("button", { name: "Leave" }));
  expect(location.pathname).toBe("/jobs");
});

test("the history does not leave without a question either", async () => {
  router.open("/jobs");
  router.open("/new");
  show();
  await userEvent.type(type(), "echo");
  history.back();
  expect(await screen.findByRole("dialog", { name: "Leave without submitting?" })).toBeInTheDocument();
  expect(location.pathname).toBe("/new");
  await userEvent.click(screen.getByRole("button", { name: "Leave" }));
  await vi.waitFor(() => expect(location.pathname).toBe("/jobs"));
});

test("metadata is added and removed", async () => {
  const { submissions } = show();
  await userEvent.type(type(), "echo");
  await userEvent.click(screen.getByRole("button", { name: "Add a value" }));
  await userEvent.type(screen.getByRole("textbox", { name: "Name 1" }), "customer");
  await userEvent.type(screen.getByRole("textbox", { name: "Value 1" }), "17");
  await userEvent.click(screen.getByRole("button", { name: "Add a value" }));
  await userEvent.click(screen.getByRole("button", { name: "Remove row 2" }));
  await userEvent.type(payload(), "{Control>}{Enter}{/Control}");
  await vi.waitFor(() => expect(submissions()[0]?.body).toContain('"metadata":{"customer":"17"}'));
});

test("a role that may not submit is told so", () => {
  session.value = {
    authentication: "token",
    caller: { name: "r", role: "read" },
    version: "0.1.0",
    terminal: { configured: true },
  };
  show();
  expect(screen.getByText(/Your role may not submit jobs/)).toBeInTheDocument();
});
