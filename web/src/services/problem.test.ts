import { expect, test } from "vitest";
import { jsonAnswer } from "../testing/answers";
import { failureOf } from "./problem";

test("text of others in a failure is safe to show, and its pointers stay exact", async () => {
  const errors = [{ pointer: "/payload/a\u202eb", message: "no \u202efield" }];
  const answer = jsonAnswer({ title: "x", detail: "bad \u202ename\u0007", status: 422, errors }, 422);
  const failure = await failureOf("Submit the job", answer);
  expect(failure.why).toBe("bad ⟨202E⟩name␇");
  expect(failure.message).toBe("Submit the job: bad ⟨202E⟩name␇");
  expect(failure.violations).toEqual([{ pointer: "/payload/a\u202eb", message: "no ⟨202E⟩field" }]);
});
