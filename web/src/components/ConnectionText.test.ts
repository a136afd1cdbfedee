import { render, screen } from "@testing-library/svelte";
import { afterEach, expect, test } from "vitest";
import { Failure, noAnswer } from "../services/problem";
import { live } from "../state/live.svelte";
import ConnectionText from "./ConnectionText.svelte";

afterEach(() => {
  live.connection = "connecting";
  live.failure = undefined;
});

test.each([
  ["not connected", noAnswer("Follow the events", new TypeError("down"))],
  ["polling: the event stream is interrupted", new Failure("Follow the events", "busy", "", 503)],
  ["polling: the event stream is interrupted", undefined],
])("the connection is called “%s”", (text, failure) => {
  live.connection = "polling";
  live.failure = failure;
  render(ConnectionText);
  expect(screen.getByRole("status", { name: `Connection: ${text}` })).toBeInTheDocument();
});

test("a server without an answer is to be started", () => {
  expect(noAnswer("Load the jobs", new TypeError("down")).fix).toContain("odd-dashboard up");
});
