import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Failure } from "../../services/problem";
import type { Job, JobList } from "../../services/readModel";
import { aJob, anEvent, aPage, idOf } from "../../testing/jobLists";
import { JobPages, MOST_PAGES, PAGE_SIZE } from "./jobPages.svelte";

const TOTAL = 100_000;

let requests: (string | undefined)[];
let answer: (from: number) => JobList | Promise<JobList>;
let list: JobPages;

beforeEach(() => {
  vi.useFakeTimers();
  requests = [];
  answer = (from) => aPage(from, PAGE_SIZE, TOTAL);
  list = open();
});

afterEach(() => list.close());

function open(): JobPages {
  return new JobPages(
    async (cursor) => {
      requests.push(cursor);
      return answer(Number(cursor ?? 0));
    },
    aPage(0, PAGE_SIZE, TOTAL),
  );
}

/** Lets the requests that are under way finish, and those that follow them. */
const answered = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

/** Scrolls to the rows, page by page. */
async function scrollTo(row: number): Promise<void> {
  while (list.count < row + 50) {
    list.show(list.count - 50, list.count - 20);
    await answered();
  }
  list.show(row, row + 30);
  await answered();
}

test("pages are loaded before their rows come into view", async () => {
  list.show(0, 30);
  await answered();
  expect(list.count).toBeGreaterThanOrEqual(30 + 3 * PAGE_SIZE);
  expect(requests).toEqual(["200", "400", "600", "800"].slice(0, requests.length));
  list.show(100, 130);
  const loaded = requests.length;
  await answered();
  expect(requests.length - loaded).toBeLessThanOrEqual(1);
});

test("a list holds a bounded number of pages, and loads others again when they come near", async () => {
  await scrollTo(30_000);
  expect(list.loaded().length).toBeLessThanOrEqual(MOST_PAGES * PAGE_SIZE);
  expect(list.at(0)).toMatchObject({ state: "loading" });
  expect(list.at(30_010)?.job?.id).toBe(idOf(30_010));
  list.show(0, 30);
  await answered();
  expect(list.at(0)?.job?.id).toBe(idOf(0));
  expect(list.at(20)?.job?.id).toBe(idOf(20));
  expect(list.loaded().length).toBeLessThanOrEqual(MOST_PAGES * PAGE_SIZE);
});

test("rows keep their index when jobs are no longer selected", async () => {
  await scrollTo(30_000);
  // Ten jobs of the first and the second page have left the list, so that each reaches into the next page.
  answer = (from) => aPage(from < 400 ? from + 10 : from, PAGE_SIZE, TOTAL);
  list.show(0, 30);
  await answered();
  expect(list.at(9)).toMatchObject({ state: "gone" });
  expect(list.at(10)?.job?.id).toBe(idOf(10));
  expect(list.at(199)?.job?.id).toBe(idOf(199));
  expect(list.at(200)?.job?.id).toBe(idOf(210));
  expect(list.at(389)?.job?.id).toBe(idOf(399));
  expect(list.at(390)).toMatchObject({ state: "gone" });
  expect(list.at(400)?.job?.id).toBe(idOf(400));
});

/** Puts jobs before those of the list, and answers as the server does then. */
function addNewcomers(count: number, fields: Partial<Job> = {}): void {
  const first = 200_000;
  answer = (from) => {
    // The first page has no cursor; those after it that have only new jobs have one from `first` on.
    const skipped = from >= first ? from - first : from === 0 ? 0 : count;
    const fresh = Math.min(PAGE_SIZE, count - skipped);
    const newcomers = Array.from({ length: fresh }, (_, index) => aJob(first + skipped + index));
    const begin = from >= first ? 0 : from;
    const rest = aPage(begin, PAGE_SIZE - fresh, TOTAL, fields);
    if (rest.jobs.length === 0) return { jobs: newcomers, nextCursor: String(first + skipped + fresh) };
    return { ...rest, jobs: [...newcomers, ...rest.jobs] };
  };
}

test.each([3, 200, 1_000])("%d new jobs do not move the rows when they are refreshed", async (count) => {
  list.show(0, 30);
  await answered();
  addNewcomers(count, { status: "COMPLETED", version: 2 });
  list.refresh();
  await answered();
  for (const row of [0, 3, 199, 200, 201, 399])
    expect(list.at(row)?.job).toMatchObject({ id: idOf(row), status: "COMPLETED" });
  requests = [];
  list.refresh();
  await answered();
  // The new jobs are not requested again, but for those in one answer with others.
  expect(requests.filter((cursor) => Number(cursor ?? 0) >= 200_000).length).toBeLessThanOrEqual(2);
  expect(list.at(0)?.job?.id).toBe(idOf(0));
});

test("new jobs do not move the rows of the first page when it comes near again", async () => {
  await scrollTo(30_000);
  expect(list.at(0)).toMatchObject({ state: "loading" });
  addNewcomers(5_000);
  list.show(0, 30);
  await answered();
  expect(list.at(0)?.job?.id).toBe(idOf(0));
  expect(list.at(199)?.job?.id).toBe(idOf(199));
  expect(list.at(200)?.job?.id).toBe(idOf(200));
});

test("more new jobs than are requested at a time leave the rows as they are", async () => {
  list.show(0, 30);
  await answered();
  addNewcomers(5_000, { status: "COMPLETED", version: 2 });
  for (const expected of ["PENDING", "PENDING", "COMPLETED"]) {
    list.refresh();
    await answered();
    expect(list.at(0)?.job).toMatchObject({ id: idOf(0), status: expected });
  }
});

test("a refresh leaves the row of a job that is no longer selected empty", async () => {
  list.show(0, 30);
  await answered();
  const all = answer;
  answer = async (from) => {
    const page = await all(from);
    return { ...page, jobs: page.jobs.filter(({ id }) => id !== idOf(2)) };
  };
  list.refresh();
  await answered();
  expect(list.at(2)).toMatchObject({ state: "gone" });
  expect(list.at(3)?.job?.id).toBe(idOf(3));
  expect(list.has(idOf(2))).toBe(false);
  list.refresh();
  await answered();
  expect(list.at(3)?.job?.id).toBe(idOf(3));
});

test("an older answer does not replace a newer row", async () => {
  list.show(0, 30);
  await answered();
  list.refresh();
  list.apply([anEvent("job.completed", { jobId: idOf(1), status: "COMPLETED", version: 4 })]);
  await answered();
  expect(list.at(1)?.job?.status).toBe("COMPLETED");
});

test("a refresh during a load is done after it", async () => {
  list.show(0, 30);
  await answered();
  requests = [];
  list.refresh();
  list.refresh();
  await answered();
  expect(requests.filter((cursor) => cursor === undefined)).toHaveLength(2);
});

test("a job is listed once", async () => {
  answer = (from) => aPage(from - 5, PAGE_SIZE, TOTAL);
  list.show(0, 30);
  await answered();
  expect(list.at(200)?.job?.id).toBe(idOf(200));
  expect(list.indexOf(idOf(200))).toBe(200);
});

test("events change rows in place", () => {
  const before = list.revision;
  list.apply([anEvent("job.started", { jobId: idOf(3), status: "EXECUTING", version: 2, attempt: 1 })]);
  expect(list.at(3)?.job?.status).toBe("EXECUTING");
  expect(list.revision).toBe(before + 1);
  list.apply([anEvent("job.started", { jobId: "unknown", status: "EXECUTING", version: 2 })]);
  expect(list.revision).toBe(before + 1);
});

test("a page that cannot be loaded is requested again", async () => {
  answer = () => Promise.reject(new Failure("Load the jobs", "no answer", "Check it.", 0));
  list.show(150, 180);
  await answered();
  expect(list.failure?.why).toBe("no answer");
  const failed = requests.length;
  list.show(160, 190);
  await answered();
  expect(requests).toHaveLength(failed);
  answer = (from) => aPage(from, PAGE_SIZE, TOTAL);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(list.failure).toBeUndefined();
  expect(list.count).toBeGreaterThan(PAGE_SIZE);
});

test("a refresh loads the rows in view again", async () => {
  list.show(0, 30);
  await answered();
  answer = (from) => aPage(from, PAGE_SIZE, TOTAL, { status: "COMPLETED" });
  list.refresh();
  expect(list.at(0)?.job?.status).toBe("PENDING");
  await answered();
  expect(list.at(0)?.job?.status).toBe("COMPLETED");
});

test("a search for rare jobs stops after many pages without one", async () => {
  let page = 0;
  answer = () => ({ jobs: [], nextCursor: String(++page) });
  list.show(0, 30);
  await answered();
  expect(list.isPaused).toBe(true);
  expect(requests).toHaveLength(200);
  list.retry();
  await answered();
  expect(requests).toHaveLength(400);
});

test("a closed list requests nothing and ignores answers", async () => {
  list.show(0, 30);
  list.close();
  await answered();
  expect(list.count).toBe(PAGE_SIZE);
  const sent = requests.length;
  list.show(100, 130);
  await answered();
  expect(requests).toHaveLength(sent);
});

test("the last page ends the list", () => {
  const whole = new JobPages(() => Promise.reject(new Error("unused")), { jobs: [aJob(1)] });
  expect(whole.hasMore).toBe(false);
  expect(whole.at(1)).toBeUndefined();
  expect(whole.slice(0, 10)).toHaveLength(1);
  whole.close();
});
