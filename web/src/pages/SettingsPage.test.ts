import { render, screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import { preferences } from "../state/preferences.svelte";
import { session } from "../state/session.svelte";
import { toasts } from "../state/toasts.svelte";
import { answerWith, jsonAnswer } from "../testing/answers";
import SettingsPage from "./SettingsPage.svelte";

const OPEN = {
  authentication: "none",
  caller: null,
  version: "0.1.0",
  terminal: { configured: true },
} as const;

beforeEach(() => {
  preferences.reset();
  toasts.list = [];
  session.value = OPEN;
});

const group = (name: string) => within(screen.getByRole("group", { name }));

test.each([
  ["Theme", "light", () => document.documentElement.dataset.theme, "light"],
  ["Times", "UTC", () => preferences.values.time, "utc"],
  ["Motion", "off", () => document.documentElement.dataset.motion, "off"],
  ["Keys of the page", "off", () => preferences.values.keys, false],
  ["Screen reader", "on", () => preferences.values.terminal.isScreenReaderMode, true],
  ["Font of the terminal", "18 px", () => preferences.values.terminal.fontSizePx, 18],
] as const)("%s is changed and remembered", async (name, choice, value, expected) => {
  render(SettingsPage);
  await userEvent.click(group(name).getByRole("radio", { name: choice }));
  expect(value()).toBe(expected);
  expect(localStorage.getItem("odd-dashboard")).toContain(String(expected));
});

test("a link template is checked, added and removed", async () => {
  render(SettingsPage);
  const add = screen.getByRole("button", { name: "Add the link" });
  await userEvent.click(add);
  expect(screen.getByText("Give the link a name.")).toBeVisible();
  await userEvent.type(screen.getByLabelText("Name"), "Logs");
  await userEvent.type(screen.getByLabelText("Address"), "javascript:alert({{id})");
  expect(screen.getByText(/Only http, https and mailto/)).toBeVisible();
  await userEvent.click(add);
  expect(preferences.values.linkTemplates).toEqual([]);
  await userEvent.clear(screen.getByLabelText("Address"));
  await userEvent.type(screen.getByLabelText("Address"), "https://logs.example.com/?q={{correlationId}");
  await userEvent.click(add);
  expect(preferences.values.linkTemplates).toEqual([
    { name: "Logs", url: "https://logs.example.com/?q={correlationId}" },
  ]);
  await userEvent.type(screen.getByLabelText("Name"), "Logs");
  await userEvent.click(add);
  expect(screen.getByText("Another link has this name.")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Remove Logs" }));
  expect(preferences.values.linkTemplates).toEqual([]);
});

test("a saved view opens the jobs and can be removed", async () => {
  preferences.set("views", [{ name: "Mail", query: "filter=type%3Aemail&sort=createdAt" }]);
  render(SettingsPage);
  expect(screen.getByRole("link", { name: "Mail" })).toHaveAttribute(
    "href",
    "/jobs?filter=type%3Aemail&sort=createdAt",
  );
  await userEvent.click(screen.getByRole("button", { name: "Remove Mail" }));
  expect(preferences.values.views).toEqual([]);
  expect(screen.getByText(/None yet/)).toBeVisible();
});

test("everything is reset after a confirmation", async () => {
  preferences.set("theme", "dark");
  render(SettingsPage);
  await userEvent.click(screen.getByRole("button", { name: "Reset the settings…" }));
  expect(preferences.values.theme).toBe("dark");
  await userEvent.click(screen.getByRole("button", { name: "Reset the settings" }));
  expect(preferences.values.theme).toBe("system");
  expect(toasts.list).toHaveLength(1);
  expect(screen.queryByRole("dialog")).toBeNull();
});

test("the session says who is signed in and what they may do", async () => {
  session.value = { ...OPEN, authentication: "token", caller: { name: "ada", role: "operate" } };
  const requests = answerWith(({ method }) =>
    method === "DELETE"
      ? new Response(null, { status: 204 })
      : jsonAnswer({ ...OPEN, authentication: "token" }),
  );
  render(SettingsPage);
  expect(screen.getByText("ada")).toBeVisible();
  expect(screen.getByText(/operate: may read everything/)).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Sign out" }));
  await vi.waitFor(() => expect(session.needsSignIn).toBe(true));
  expect(requests[0]).toMatchObject({ method: "DELETE", path: "/session" });
});

test("a sign-out that fails is reported", async () => {
  session.value = { ...OPEN, authentication: "token", caller: { name: "ada", role: "read" } };
  answerWith(() => jsonAnswer({ title: "Unavailable", detail: "restarting" }, 503));
  render(SettingsPage);
  await userEvent.click(screen.getByRole("button", { name: "Sign out" }));
  await vi.waitFor(() => expect(toasts.list[0]?.text).toContain("restarting"));
});

test("without tokens the session says that sign-in is not required", () => {
  render(SettingsPage);
  expect(screen.getByText(/no API tokens are configured/)).toBeVisible();
  expect(screen.getByText("0.1.0")).toBeVisible();
});
