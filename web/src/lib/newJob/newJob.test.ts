import { describe, expect, test } from "vitest";
import { readJob } from "../jobDocument";
import { submissionText } from "../submission";
import { BUILT_IN_TYPES, exampleOf } from "./builtIn";
import { copyOf } from "./copy";
import { exactDuration, parseDuration } from "./duration";
import { fieldOfPointer } from "./fields";
import { emptyTexts, readForm, type FormTexts } from "./read";
import { joinTags, splitTags } from "./tags";

const read = (texts: Partial<FormTexts>) => readForm({ ...emptyTexts(), type: "echo", ...texts });

test("every field reaches the submission", () => {
  const { submission, problems } = read({
    payload: '{"n": 12345678901234567890.10}\n',
    queue: "slow",
    priority: "-5",
    start: "1h30m",
    maxAttempts: "3",
    timeout: "45s",
    tags: "a, two words,, x\\,y",
    uniqueKey: "k",
    baseDelay: "1s",
    maxDelay: "2m",
    multiplier: "1.5",
    metadata: [
      { name: "customer", value: "17" },
      { name: "", value: "" },
    ],
  });
  expect(problems).toEqual([]);
  expect(JSON.parse(submissionText(submission).replace("12345678901234567890.10", "1"))).toEqual({
    type: "echo",
    payload: { n: 1 },
    queue: "slow",
    priority: -5,
    delayMs: 5_400_000,
    maxAttempts: 3,
    timeoutMs: 45_000,
    retry: { baseDelayMs: 1_000, maxDelayMs: 120_000, multiplier: 1.5 },
    uniqueKey: "k",
    tags: ["a", "two words", "x,y"],
    metadata: { customer: "17" },
  });
  expect(submissionText(submission)).toContain('"payload":{"n": 12345678901234567890.10}');
});

test("the start is a delay or a time", () => {
  expect(read({ start: "2026-12-01T08:00:00+01:00" }).submission.runAt).toBe("2026-12-01T08:00:00+01:00");
  expect(read({ start: "0ms" }).submission.delayMs).toBe(0);
});

test("an empty form lacks only the type", () => {
  expect(readForm(emptyTexts()).problems).toEqual([{ pointer: "/type", message: "Type is required" }]);
});

test.each<[Partial<FormTexts>, string, string]>([
  [{ type: "two words" }, "/type", "must be 1 to 50 of the characters A-Z a-z 0-9 . _ -"],
  [{ type: "x".repeat(51) }, "/type", "must be 1 to 50 of the characters A-Z a-z 0-9 . _ -"],
  [{ queue: "ä" }, "/queue", "must be 1 to 50 of the characters A-Z a-z 0-9 . _ -"],
  [{ priority: "500" }, "/priority", "must be at most 100"],
  [{ priority: "high" }, "/priority", "must be a whole number from -100 to 100"],
  [{ start: "tomorrow" }, "/runAt", "must be a delay such as 10m, or a time such as 2026-12-01T08:00:00Z"],
  [{ start: "366d" }, "/delayMs", "must be at most 31536000000"],
  [{ maxAttempts: "0" }, "/maxAttempts", "must be at least 1"],
  [{ timeout: "2d" }, "/timeoutMs", "must be at most 86400000"],
  [{ timeout: "30" }, "/timeoutMs", "must be a duration such as 30s or 5m"],
  [{ tags: "a, a" }, "/tags", "must not contain the same item twice"],
  [{ tags: Array.from({ length: 21 }, (_, i) => i).join() }, "/tags", "must have at most 20 items"],
  [{ tags: `a,${"x".repeat(51)}` }, "/tags/1", "must have at most 50 characters"],
  [{ uniqueKey: "x".repeat(201) }, "/uniqueKey", "must have at most 200 characters"],
  [{ multiplier: "20" }, "/retry/multiplier", "must be at most 10"],
  [{ multiplier: "x" }, "/retry/multiplier", "must be a number from 1 to 10"],
  [{ baseDelay: "x" }, "/retry/baseDelayMs", "must be a duration such as 30s or 5m"],
  [{ payload: '{"a":1,}' }, "/payload", "a comma must not be the last character before }"],
  [{ payload: `"${"x".repeat(1024 * 1024)}"` }, "/payload", "must be at most 1 MiB"],
  [{ metadata: [{ name: "", value: "x" }] }, "/metadata", "has a value without a name"],
  [
    { metadata: [{ name: "a/b", value: "x".repeat(1_001) }] },
    "/metadata/a~1b",
    "must have at most 1000 characters",
  ],
])("%o is refused at %s", (texts, pointer, message) => {
  expect(read(texts).problems).toMatchObject([{ pointer, message }]);
});

test("metadata has bounds, and each name once", () => {
  const twice = [
    { name: "a", value: "1" },
    { name: "a", value: "2" },
  ];
  expect(read({ metadata: twice }).problems).toEqual([{ pointer: "/metadata/a", message: "is there twice" }]);
  const nameless = ["1", "2"].map((value) => ({ name: "", value }));
  expect(read({ metadata: nameless }).problems).toEqual([
    { pointer: "/metadata", message: "has a value without a name" },
  ]);
  expect(read({ metadata: [...twice, ...twice] }).problems).toHaveLength(1);
  const many = Array.from({ length: 51 }, (_, index) => ({ name: `n${index}`, value: "" }));
  expect(read({ metadata: many }).problems[0]?.message).toBe("must have at most 50 fields");
  expect(read({ metadata: [{ name: "x".repeat(101), value: "" }] }).problems[0]?.pointer).toBe("/metadata");
});

test("pointers of the gateway belong to fields", () => {
  const fields = [
    "/type",
    "/payload/a/0",
    "/runAt",
    "/delayMs",
    "/retry/multiplier",
    "/tags/3",
    "/metadata/x",
  ];
  expect(fields.map(fieldOfPointer)).toEqual([
    "type",
    "payload",
    "start",
    "start",
    "multiplier",
    "tags",
    "metadata",
  ]);
  expect(fieldOfPointer("/typeface")).toBeUndefined();
});

describe("durations", () => {
  test.each([
    [0, "0ms"],
    [1_500, "1500ms"],
    [45_000, "45s"],
    [5_400_000, "1h30m"],
    [90_061_000, "1d1h1m1s"],
  ])("%i ms are written as %s, and read back", (ms, text) => {
    expect(exactDuration(ms)).toBe(text);
    expect(parseDuration(text)).toBe(ms);
  });

  test.each(["", " ", "30", "m", "1 h x", "-5s", "1.5s"])("%j is no duration", (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

test("tags are read back as they were written", () => {
  for (const tags of [["a"], ["x,y", "a\\b", "two words"], []])
    expect(splitTags(joinTags(tags))).toEqual(tags);
});

test("the examples of the built-in types are accepted", () => {
  for (const { name } of BUILT_IN_TYPES) {
    expect(read({ type: name, payload: exampleOf(name) }).problems).toEqual([]);
  }
  expect(exampleOf("other")).toBe("");
});

test("a copy has neither unique key nor start, and leads to its original", () => {
  const text =
    '{"id":"0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11","type":"echo","queue":"slow","priority":2,"maxAttempts":3,' +
    '"timeoutMs":45000,"uniqueKey":"k","runAt":"2026-12-01T08:00:00Z","tags":["x,y"],"metadata":{"a":"1"},' +
    '"retry":{"baseDelayMs":500,"multiplier":2},"payload":{"n":1.10}}';
  const copy = copyOf(readJob(text));
  expect(copy).toMatchObject({
    type: "echo",
    payload: '{\n  "n": 1.10\n}',
    queue: "slow",
    priority: "2",
    maxAttempts: "3",
    timeout: "45s",
    tags: "x\\,y",
    uniqueKey: "",
    start: "",
    baseDelay: "500ms",
    maxDelay: "",
    multiplier: "2",
    metadata: [
      { name: "a", value: "1" },
      { name: "copiedFrom", value: "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11" },
    ],
  });
  expect(readForm(copy).problems).toEqual([]);
});

test("characters that change how text is shown are copied as escape sequences", () => {
  const start = '{"id":"a","type":"echo","queue":"q","priority":0,"maxAttempts":1,"timeoutMs":1,"payload":';
  expect(copyOf(readJob(`${start}"a\u202eb"}`)).payload).toBe('"a\\u202eb"');
  expect(copyOf(readJob(`${start}\n["\u009b"]}`)).payload).toContain('"\\u009b"');
});

test("a large payload is copied as it is, so that it does not outgrow the limit", () => {
  const payload = JSON.stringify(Array.from({ length: 150_000 }, (_, index) => index));
  const text = `{"id":"a","type":"echo","queue":"q","priority":0,"maxAttempts":1,"timeoutMs":1,"payload":${payload}}`;
  const copy = copyOf(readJob(text));
  expect(copy.payload).toBe(payload);
  expect(readForm(copy).problems).toEqual([]);
});
