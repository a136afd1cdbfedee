import { expect, test } from "vitest";
import { aJob } from "../../testing/jobLists";
import { noteOf } from "./jobText";

test("a job says when it starts, and that it is due", () => {
  const job = aJob(1, { status: "SCHEDULED", runAt: "2026-11-30T12:00:10Z" });
  const due = Date.parse("2026-11-30T12:00:10Z");
  expect(noteOf(job, due - 5_000)).toBe("in 5 s");
  expect(noteOf(job, due)).toBe("due now");
  const error = { reason: "error", message: "mailbox full" } as const;
  expect(noteOf({ ...job, status: "RETRYING", error }, due + 60_000)).toBe("due now: mailbox full");
});
