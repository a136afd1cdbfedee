import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import App from "./App.svelte";
import { live } from "./state/live.svelte";
import { session } from "./state/session.svelte";
import { toasts } from "./state/toasts.svelte";
import { answerWith, jsonAnswer } from "./testing/answers";

let caller: { name: string; role: string } | null;
let signOutStatus: number;

beforeEach(() => {
  toasts.list = [];
  session.value = undefined;
  caller = { name: "ann", role: "read" };
  signOutStatus = 204;
  answerWith(({ method, path }) => {
    if (!path.endsWith("/session")) return jsonAnswer({ status: 503 }, 503);
    if (method === "GET") return jsonAnswer({ authentication: "token", caller, version: "1", terminal: {} });
    if (signOutStatus !== 204) return jsonAnswer({ detail: "the server is stopping" }, signOutStatus);
    caller = null;
    return new Response(null, { status: 204 });
  });
});

test("signing out closes the event stream", async () => {
  const start = vi.spyOn(live, "start").mockImplementation(() => {});
  const stop = vi.spyOn(live, "stop").mockImplementation(() => {});
  render(App);
  await userEvent.click(await screen.findByRole("button", { name: "Sign out ann" }));
  await vi.waitFor(() => expect(session.needsSignIn).toBe(true));
  expect(start).toHaveBeenCalledOnce();
  await vi.waitFor(() => expect(stop).toHaveBeenCalledOnce());
});

test("a failure to sign out is reported", async () => {
  vi.spyOn(live, "start").mockImplementation(() => {});
  signOutStatus = 503;
  render(App);
  await userEvent.click(await screen.findByRole("button", { name: "Sign out ann" }));
  await vi.waitFor(() => expect(toasts.list.at(-1)?.text).toContain("the server is stopping"));
  expect(session.value?.caller?.name).toBe("ann");
});
