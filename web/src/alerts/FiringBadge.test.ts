import { render, screen } from "@testing-library/svelte";
import { expect, test } from "vitest";
import Navigation from "../components/Navigation.svelte";
import { firingAlerts } from "../state/firingAlerts.svelte";
import { session } from "../state/session.svelte";
import { answerWith, jsonAnswer } from "../testing/answers";

function signIn(role: "read" | "submit"): void {
  session.value = {
    authentication: "token",
    caller: { name: "eve", role },
    version: "0.1.0",
    terminal: { configured: false },
  };
}

test("the navigation shows how many alerts fire", async () => {
  signIn("read");
  answerWith(() =>
    jsonAnswer({
      alerts: ["firing", "firing", "pending", "suppressed"].map((state, id) => ({ id, state })),
      source: { status: "ok" },
    }),
  );
  render(Navigation, { isOpen: true, onnavigate: () => {} });
  expect(await screen.findByTitle("2 alerts firing")).toBeVisible();
  expect(screen.getByRole("link", { name: /^Alerts ?, 2 firing/ })).toBeVisible();
});

test("who may not read the alerts is not shown a number, and asks for none", () => {
  signIn("submit");
  firingAlerts.count = 0;
  const requests = answerWith(() => jsonAnswer({ alerts: [], source: { status: "ok" } }));
  render(Navigation, { isOpen: true, onnavigate: () => {} });
  expect(screen.queryByRole("link", { name: "Alerts" })).toBeNull();
  expect(requests).toEqual([]);
});
