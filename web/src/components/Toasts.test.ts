import { render, screen } from "@testing-library/svelte";
import { afterEach, expect, test } from "vitest";
import { toasts } from "../state/toasts.svelte";
import Toasts from "./Toasts.svelte";

afterEach(() => {
  toasts.list = [];
});

test("names in a message cannot change how it is shown", () => {
  toasts.done("Acknowledged \u202eevil");
  render(Toasts);
  expect(screen.getByText("Acknowledged ⟨202E⟩evil")).toBeVisible();
});
