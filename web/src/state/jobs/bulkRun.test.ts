import { beforeEach, expect, test, vi } from "vitest";
import { Failure } from "../../services/problem";
import { idOf } from "../../testing/jobLists";
import { BULK_ACTIONS, type BulkAction } from "./bulkAction";
import { BulkRun, CONCURRENCY } from "./bulkRun.svelte";

const failure = (status: number, why = `status ${status}`): Failure =>
  new Failure("Retry the job", why, "", status);

const action = (name: BulkAction["name"], send: (id: string) => Promise<unknown>): BulkAction => ({
  ...BULK_ACTIONS[name],
  send,
});

const ids = (count: number): string[] => Array.from({ length: count }, (_, number) => idOf(number));

beforeEach(() => {
  vi.useFakeTimers();
});

async function runOf(bulk: BulkAction, count: number): Promise<BulkRun> {
  const run = new BulkRun(bulk, ids(count));
  const done = run.run();
  await vi.advanceTimersByTimeAsync(60_000);
  await done;
  return run;
}

test("at most eight commands are under way", async () => {
  let underWay = 0;
  let most = 0;
  const send = async (): Promise<void> => {
    most = Math.max(most, ++underWay);
    await new Promise((resolve) => setTimeout(resolve, 10));
    underWay -= 1;
  };
  const run = await runOf(action("retry", send), 100);
  expect(most).toBe(CONCURRENCY);
  expect(run.changed).toBe(100);
  expect(run.sentence).toBe("100 jobs retried");
});

test("every outcome is counted, with its reasons", async () => {
  const answers = [
    undefined,
    failure(409, "it runs"),
    failure(404),
    failure(422, "bad"),
    failure(409, "it runs"),
  ];
  let next = 0;
  const send = async (): Promise<void> => {
    const answer = answers[next++];
    if (answer) throw answer;
  };
  const run = await runOf(action("retry", send), 5);
  expect(run.sentence).toBe("1 job retried, 2 in another status by now, 1 no longer there, 1 failed");
  expect(Object.fromEntries(run.reasons)).toEqual({ "it runs": 2, "status 404": 1, bad: 1 });
  expect(run.failedIds).toHaveLength(1);
  expect(run.finished).toBe(5);
  expect(run.skipped).toBe(3);
});

test("only a cancel is repeated when its outcome is unknown", async () => {
  for (const [name, calls] of [
    ["cancel", 2],
    ["retry", 1],
  ] as const) {
    const send = vi
      .fn<(id: string) => Promise<unknown>>()
      .mockRejectedValueOnce(failure(503))
      .mockResolvedValue(1);
    const run = await runOf(action(name, send), 1);
    expect(send).toHaveBeenCalledTimes(calls);
    expect(run.failed).toBe(name === "retry" ? 1 : 0);
  }
});

test("a command that the server has not handled is repeated", async () => {
  const send = vi
    .fn<(id: string) => Promise<unknown>>()
    .mockRejectedValueOnce(failure(429))
    .mockResolvedValue(1);
  expect((await runOf(action("drop", send), 1)).changed).toBe(1);
});

test("the others are not tried when the token is refused or the server is away", async () => {
  const refused = await runOf(
    action("retry", () => Promise.reject(failure(403))),
    100,
  );
  expect(refused.failed).toBeLessThanOrEqual(CONCURRENCY);
  expect(refused.failed + refused.notTried).toBe(100);
  const away = await runOf(
    action("retry", () => Promise.reject(failure(0))),
    100,
  );
  expect(away.failed).toBeLessThanOrEqual(3 * CONCURRENCY);
  expect(away.sentence).toContain("not tried");
});

test("a stopped run sends no further command", async () => {
  const send = vi.fn(async () => {
    await new Promise((resolve) => setTimeout(resolve, 10));
  });
  const run = new BulkRun(action("cancel", send), ids(100));
  const done = run.run();
  run.stop();
  await vi.advanceTimersByTimeAsync(100);
  await done;
  expect(send).toHaveBeenCalledTimes(CONCURRENCY);
  expect(run.notTried).toBe(100 - CONCURRENCY);
});
