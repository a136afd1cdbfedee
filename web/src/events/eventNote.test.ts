import { expect, test } from "vitest";
import { anEvent } from "../testing/jobLists";
import { eventNote } from "./eventNote";

test("a time is shown as the page shows times", () => {
  const event = anEvent("job.retrying", { reason: "timed_out", runAt: "2026-11-30T12:00:06Z" });
  expect(eventNote(event, (at) => `at <${at}>`)).toBe("timed_out, due at <2026-11-30T12:00:06Z>");
});
