import { expect, test } from "vitest";
import { setTimeRange, statusesIn, timeRangeIn, toggleStatus } from "./edit";

test("a status becomes the only one, then one more, then is removed", () => {
  const one = toggleStatus("type:a word", "FAILED");
  expect(one).toBe("status:FAILED type:a word");
  const two = toggleStatus("type:a status:FAILED word", "CANCELLED");
  expect(two).toBe("type:a status:FAILED,CANCELLED word");
  expect(toggleStatus(two, "FAILED")).toBe("type:a status:CANCELLED word");
  expect(toggleStatus("type:a status:CANCELLED", "CANCELLED")).toBe("type:a");
});

test("a negated status can be added again", () => {
  expect(toggleStatus("!status:COMPLETED x", "COMPLETED")).toBe("x");
  expect(statusesIn("!status:COMPLETED,FAILED")).toHaveLength(6);
});

test("terms of a filter that is not valid stay as they are", () => {
  expect(toggleStatus('staus:x "open', "FAILED")).toBe('status:FAILED staus:x "open');
});

test("a time range replaces another one", () => {
  expect(setTimeRange("since:1h type:a until:5m", "7d", undefined)).toBe("since:7d type:a");
  expect(setTimeRange("type:a", undefined, "1h")).toBe("until:1h type:a");
  expect(setTimeRange("since:1h", undefined, undefined)).toBe("");
  expect(timeRangeIn("since:1h x until:5m")).toEqual({ since: "1h", until: "5m" });
});
