import { expect, test } from "vitest";
import { hintOnPage } from "./hint";

const HINT = "Fix the cause, then run it again: odd-dashboard jobs retry 0192f0c1";

test("the button comes before the command", () => {
  expect(hintOnPage(HINT, true, true)).toBe(
    "Fix the cause, then run it again with the button Retry, or `odd-dashboard jobs retry 0192f0c1`",
  );
});

test("the command alone remains where there is no button", () => {
  expect(hintOnPage(HINT, true, false)).toBe(
    "Fix the cause, then run it again: `odd-dashboard jobs retry 0192f0c1`",
  );
});

test("a caller who may change nothing gets no advice to retry, but any other", () => {
  expect(hintOnPage(HINT, false, true)).toBeUndefined();
  expect(hintOnPage("Start a worker: odd-dashboard up", false, false)).toBe(
    "Start a worker: odd-dashboard up",
  );
  expect(hintOnPage(undefined, true, true)).toBeUndefined();
});
