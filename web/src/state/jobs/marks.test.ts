import { expect, test, vi } from "vitest";
import { parseFilter, EVERYTHING } from "../../lib/filter";
import type { JobList } from "../../services/readModel";
import { anEvent, aPage, idOf } from "../../testing/jobLists";
import { toasts } from "../toasts.svelte";
import { BULK_ACTIONS } from "./bulkAction";
import { BulkFlow } from "./bulkFlow.svelte";
import { JobPages } from "./jobPages.svelte";
import { MarkAll } from "./markAll.svelte";
import { Marks, MOST_MARKS } from "./marks.svelte";
import { Newcomers } from "./newcomers.svelte";

const open = (total: number): JobPages =>
  new JobPages((cursor) => Promise.resolve(aPage(Number(cursor ?? 0), 200, total)), aPage(0, 200, total));

test("marks are toggled, extended to a range, and limited", () => {
  const marks = new Marks();
  const list = open(200);
  marks.toggle(idOf(3));
  marks.addRange(list, 6);
  expect([...marks.ids]).toEqual([3, 4, 5, 6].map(idOf));
  marks.addRange(list, 5);
  expect(marks.count).toBe(4);
  marks.toggle(idOf(3));
  expect(marks.has(idOf(3))).toBe(false);
  marks.add(Array.from({ length: MOST_MARKS + 5 }, (_, number) => idOf(number)));
  expect(marks.count).toBe(MOST_MARKS);
});

test("all loaded jobs are marked, then all that the filter selects, then none", async () => {
  const marks = new Marks();
  const all = new MarkAll(marks);
  const list = open(1_000);
  all.next(list);
  expect(marks.count).toBe(200);
  all.next(list);
  expect(all.found).toBe(0);
  await vi.waitFor(() => expect(all.found).toBeUndefined());
  expect(marks.count).toBe(1_000);
  all.next(list);
  expect(marks.count).toBe(0);
});

test("a search for all jobs can be stopped", async () => {
  const marks = new Marks();
  const all = new MarkAll(marks);
  let answer: (page: JobList) => void = () => {};
  const list = new JobPages(() => new Promise((resolve) => (answer = resolve)), aPage(0, 200, 1_000));
  all.next(list);
  all.next(list);
  expect(all.found).toBe(0);
  all.stop();
  expect(all.found).toBeUndefined();
  answer(aPage(0, 200, 200));
  await Promise.resolve();
  expect(marks.count).toBe(200);
});

test("a search for all jobs ends at the limit, and reports a failure", async () => {
  toasts.list = [];
  const marks = new Marks();
  const all = new MarkAll(marks);
  const list = open(50_000);
  all.next(list);
  all.next(list);
  await vi.waitFor(() => expect(all.found).toBeUndefined());
  expect(marks.count).toBe(MOST_MARKS);
  expect(toasts.list.at(-1)?.text).toContain("the filter selects more");
  marks.clear();
  const broken = new JobPages(() => Promise.reject(new Error("away")), aPage(0, 200, 1_000));
  all.next(broken);
  all.next(broken);
  await vi.waitFor(() => expect(toasts.list.at(-1)?.kind).toBe("failed"));
  expect(marks.count).toBe(200);
});

test("a change of several jobs, or one that cannot be undone, asks first", async () => {
  toasts.list = [];
  const onchanged = vi.fn();
  const flow = new BulkFlow(onchanged);
  const send = vi.fn(() => Promise.resolve());
  const retry = { ...BULK_ACTIONS.retry, send };
  flow.request(retry, [idOf(1)], () => "FAILED");
  expect(flow.question).toBeUndefined();
  await vi.waitFor(() => expect(onchanged).toHaveBeenCalledOnce());
  expect(toasts.list.at(-1)?.text).toBe("1 job retried");
  flow.request({ ...BULK_ACTIONS.cancel, send }, [idOf(1)], () => "PENDING");
  expect(flow.question?.text).toBe("Cancel the job 0192f0c1~0001?");
  flow.request(retry, [idOf(1), idOf(2), idOf(3)], (id) => (id === idOf(2) ? "PENDING" : undefined));
  expect(flow.question).toMatchObject({ text: "Retry 2 of 3 marked jobs?", ids: [idOf(1), idOf(3)] });
  flow.request(retry, [idOf(1), idOf(2)], () => "PENDING");
  expect(toasts.list.at(-1)?.text).toBe("The status of none of the 2 marked jobs allows to retry it");
  flow.request(retry, [], () => undefined);
  expect(toasts.list.at(-1)?.text).toBe("Select a job first");
});

test("a run that is left is stopped and reported", async () => {
  toasts.list = [];
  const flow = new BulkFlow(vi.fn());
  let release: () => void = () => {};
  const waiting = new Promise<void>((resolve) => (release = resolve));
  const ids = Array.from({ length: 20 }, (_, number) => idOf(number));
  const done = flow.start({ ...BULK_ACTIONS.retry, send: () => waiting }, ids);
  flow.leave();
  release();
  await done;
  expect(toasts.list.at(-1)?.text).toBe("8 jobs retried, 12 not tried: stopped, because the page was left");
});

const NOW = 1_796_040_000_000_000n;
const newcomersOf = (text: string): Newcomers => new Newcomers(parseFilter(text).filter ?? EVERYTHING, NOW);
const created = (number: number, fields: Record<string, unknown> = {}) =>
  anEvent("job.created", { jobId: idOf(number), status: "PENDING", version: 1, ...fields });

test("new jobs that match are counted once", () => {
  const newcomers = newcomersOf("type:email !queue:slow status:PENDING since:1h id:0192f0c1");
  const none = (): boolean => false;
  newcomers.take([created(1), created(1), created(2)], none);
  newcomers.take([created(3, { jobType: "sms" }), created(4, { queue: "slow" })], none);
  newcomers.take([created(5, { status: "SCHEDULED" }), created(6)], (id) => id === idOf(6));
  expect(newcomers.text).toBe("2 new");
  expect(newcomers.hasPossible).toBe(false);
});

test("jobs that get a selected status are new in the list", () => {
  const newcomers = newcomersOf("status:FAILED");
  const failed = (number: number, previousStatus: string) =>
    anEvent("job.failed", { jobId: idOf(number), status: "FAILED", previousStatus, version: 4 });
  newcomers.take([created(1), failed(1, "EXECUTING"), failed(2, "FAILED")], () => false);
  expect(newcomers.text).toBe("1 new");
  const everything = newcomersOf("");
  everything.take([failed(3, "EXECUTING")], () => false);
  expect(everything.text).toBe("");
});

test("jobs whose tags or payload decide may match", () => {
  const newcomers = newcomersOf("tag:nightly");
  newcomers.take([created(1)], () => false);
  expect(newcomers.text).toBe("New jobs may match");
  newcomers.found([idOf(1), idOf(2)]);
  expect(newcomers.text).toBe("2 new");
});

test("jobs beyond the limit are not counted", () => {
  const newcomers = newcomersOf("");
  newcomers.take(
    Array.from({ length: 10_050 }, (_, number) => created(number)),
    () => false,
  );
  expect(newcomers.text).toBe("10,000+ new");
});
