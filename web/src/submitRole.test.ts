// What a caller whose token may only submit jobs is offered.
import { render, screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import App from "./App.svelte";
import { router } from "./router/router.svelte";
import { live } from "./state/live.svelte";
import { session } from "./state/session.svelte";
import { toasts } from "./state/toasts.svelte";
import { answerWith, jsonAnswer, type Request } from "./testing/answers";
import { failedJob, JOB_ID } from "./testing/jobs";

let requests: Request[];

beforeEach(() => {
  toasts.list = [];
  session.value = undefined;
  window.scrollTo = () => undefined;
  router.open("/");
  const caller = { name: "ci", role: "submit" };
  requests = answerWith(({ method, path }) => {
    if (path.endsWith("/session"))
      return jsonAnswer({ authentication: "token", caller, version: "1", terminal: {} });
    return method === "POST" ? jsonAnswer({ ...failedJob, status: "PENDING" }) : jsonAnswer({}, 403);
  });
});

const paths = (): string[] => requests.map(({ path }) => path);

test("the form opens, only it and the settings are offered, and nothing else is read", async () => {
  const start = vi.spyOn(live, "start").mockImplementation(() => {});
  render(App);
  expect(await screen.findByRole("heading", { name: "New job" })).toBeInTheDocument();
  expect(location.pathname).toBe("/new");
  const links = within(screen.getByRole("navigation")).getAllByRole("link");
  expect(links.map((link) => link.textContent)).toEqual(["New job", "Settings"]);
  expect(screen.queryByRole("region", { name: "Health" })).toBeNull();
  await userEvent.keyboard("2");
  expect(location.pathname).toBe("/new");
  await userEvent.keyboard("{Control>}k{/Control}");
  const names = screen.getAllByRole("option").map((option) => option.textContent);
  expect(names.join()).toContain("Settings");
  expect(names.join()).not.toMatch(/overview|jobs$/i);
  expect(start).not.toHaveBeenCalled();
  expect(paths().every((path) => path.endsWith("/session"))).toBe(true);
});

test("another page says that the token may only submit jobs", async () => {
  router.open("/jobs");
  render(App);
  expect(await screen.findByText(/The token \(role submit\) may only submit jobs/)).toBeInTheDocument();
  expect(paths().every((path) => path.endsWith("/session"))).toBe(true);
});

test("a submitted job has no link to a page that the role cannot read", async () => {
  render(App);
  await userEvent.type(await screen.findByRole("combobox", { name: /^Type/ }), "echo");
  await userEvent.click(screen.getByRole("button", { name: "Submit" }));
  expect(await screen.findByText(JOB_ID)).toBeInTheDocument();
  expect(screen.queryByRole("link", { name: /Show the job/ })).toBeNull();
  await vi.waitFor(() => expect(screen.getByRole("button", { name: "Another one" })).toHaveFocus());
});
