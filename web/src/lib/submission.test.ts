import { expect, test } from "vitest";
import { readJob } from "./jobDocument";
import { shellWord } from "./shell";
import { commandOf, curlOf, submissionOf, submissionText, withoutDefaults } from "./submission";

const TEXT =
  '{"id":"a","type":"echo","queue":"slow","status":"FAILED","priority":-5,"maxAttempts":3,"timeoutMs":45000,' +
  '"uniqueKey":"k","runAt":"2026-12-01T08:00:00Z","tags":["a b"],"metadata":{"customer":"17"},' +
  '"payload":{"10":1,"2":12345678901234567890.10},"result":null}';

test("payload and result of a job stay the text that was sent", () => {
  const { job, payload, result } = readJob(TEXT);
  expect(payload).toBe('{"10":1,"2":12345678901234567890.10}');
  expect(result).toBe("null");
  expect(job.priority).toBe(-5);
  expect("payload" in job).toBe(false);
});

test("a job without payload has none", () => {
  expect(readJob('{"id":"a"}').payload).toBeUndefined();
});

test("the submission of a job has neither its unique key nor its time, and every digit of its payload", () => {
  expect(submissionText(submissionOf(readJob(TEXT)))).toBe(
    '{"type":"echo","payload":{"10":1,"2":12345678901234567890.10},"queue":"slow","priority":-5,"maxAttempts":3,' +
      '"timeoutMs":45000,"tags":["a b"],"metadata":{"customer":"17"}}',
  );
});

test("the command submits the same job", () => {
  expect(commandOf(submissionOf(readJob(TEXT)))).toBe(
    `odd-dashboard submit echo '{"10":1,"2":12345678901234567890.10}' --queue slow --priority=-5 --max-attempts 3 ` +
      `--timeout-ms 45000 --tag 'a b' --metadata customer=17`,
  );
});

test("the command names every option", () => {
  const command = commandOf({ type: "echo", payload: "-5", delayMs: 1_000, uniqueKey: "it's" });
  expect(command).toBe(`odd-dashboard submit echo --payload=-5 --delay 1000ms --unique-key 'it'\\''s'`);
  expect(commandOf({ type: "echo", runAt: "2026-12-01T08:00:00Z" })).toContain(
    "--run-at 2026-12-01T08:00:00Z",
  );
});

test("a job with retry delays is submitted as a batch of one, because the command has no options for them", () => {
  expect(commandOf({ type: "echo", retry: { baseDelayMs: 5 } })).toBe(
    `printf '%s\\n' '{"type":"echo","retry":{"baseDelayMs":5}}' | odd-dashboard submit --batch -`,
  );
});

test("curl reads the token from the environment", () => {
  const call = curlOf({ type: "echo" }, "https://example.com/api/gateway", true);
  expect(call).toContain("https://example.com/api/gateway/jobs");
  expect(call).toContain('-H "Authorization: Bearer $ODD_TOKEN"');
  expect(curlOf({ type: "echo" }, "http://localhost", false)).not.toContain("Authorization");
});

test("hostile text stays one visible word of the shell", () => {
  expect(shellWord("plain-1")).toBe("plain-1");
  expect(shellWord("a'; rm -rf / #")).toBe(`'a'\\''; rm -rf / #'`);
  expect(shellWord("a\n\u202e'\\")).toBe("$'a\\u000a\\u202e\\'\\\\'");
  expect(shellWord("")).toBe("''");
});

test("hidden characters in a payload are escaped as JSON", () => {
  expect(commandOf({ type: "echo", payload: '"a\u202e\u009b"' })).toBe(
    String.raw`odd-dashboard submit echo '"a\u202e\u009b"'`,
  );
});

test("options that have their default are left out", () => {
  const job = { queue: "default", priority: 0, maxAttempts: 5, timeoutMs: 300_000, tags: ["a"] };
  expect(withoutDefaults({ type: "echo", payload: "1", ...job })).toEqual({
    type: "echo",
    payload: "1",
    tags: ["a"],
  });
  expect(withoutDefaults({ type: "echo", ...job, priority: 5, timeoutMs: 1_000 })).toEqual({
    type: "echo",
    priority: 5,
    timeoutMs: 1_000,
    tags: ["a"],
  });
});

test("a type that is not built in can have other defaults for attempts and time", () => {
  expect(withoutDefaults({ type: "email", queue: "default", maxAttempts: 5, timeoutMs: 300_000 })).toEqual({
    type: "email",
    maxAttempts: 5,
    timeoutMs: 300_000,
  });
});
