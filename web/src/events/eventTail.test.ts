import { expect, test } from "vitest";
import { eventOf, eventsDown } from "../testing/events";
import { EventTail, KEPT, type EventPage } from "./eventTail.svelte";

const PAGE = 200;

/** A log of events, of which the newest has the number `newest`. */
function setUp(newest: number) {
  const log = { newest, requests: [] as (string | undefined)[] };
  const tail = new EventTail(async (cursor): Promise<EventPage> => {
    log.requests.push(cursor);
    const from = cursor === undefined ? log.newest : Number(cursor);
    const to = Math.max(1, from - PAGE + 1);
    return {
      events: from < 1 ? [] : eventsDown(from, to),
      ...(to > 1 ? { nextCursor: String(to - 1) } : {}),
    };
  });
  return { tail, log };
}

const numbers = (tail: EventTail): number[] =>
  tail.rows.map(({ idempotencyKey }) => Number(idempotencyKey.split(":")[1]));

const range = (from: number, to: number): number[] =>
  Array.from({ length: from - to + 1 }, (_, index) => from - index);

/** Adds the events from `from` up to `to`, as the stream delivers them. */
const stream = (tail: EventTail, from: number, to: number): number =>
  tail.receive(eventsDown(to, from).reverse(), 0);

test("events of the stream are added above the page", async () => {
  const { tail } = setUp(3);
  await tail.refresh();
  expect(stream(tail, 4, 5)).toBe(2);
  expect(numbers(tail)).toEqual([5, 4, 3, 2, 1]);
  expect(tail.hasOlder).toBe(false);
});

test("an event that the page and the stream both have is shown once", async () => {
  const { tail } = setUp(5);
  stream(tail, 4, 6);
  await tail.refresh();
  stream(tail, 5, 7);
  expect(numbers(tail)).toEqual([7, 6, 5, 4, 3, 2, 1]);
});

test("a page that ends before the first event of the stream is added below it", async () => {
  const { tail } = setUp(3);
  stream(tail, 4, 5);
  await tail.refresh();
  expect(numbers(tail)).toEqual([5, 4, 3, 2, 1]);
});

test("while the user reads, events wait and are shown on request", async () => {
  const { tail } = setUp(2);
  await tail.refresh();
  tail.isHolding = true;
  expect(stream(tail, 3, 4)).toBe(0);
  stream(tail, 4, 4);
  expect(numbers(tail)).toEqual([2, 1]);
  expect(tail.waiting).toHaveLength(2);
  tail.showWaiting();
  expect(numbers(tail)).toEqual([4, 3, 2, 1]);
  expect(tail.waiting).toEqual([]);
});

test("if more events wait than are kept, the list continues from the oldest of them without a gap", async () => {
  const { tail, log } = setUp(10);
  await tail.refresh();
  tail.isHolding = true;
  log.newest = 1_500;
  stream(tail, 11, 1_500);
  expect(tail.waiting).toHaveLength(KEPT);
  tail.showWaiting();
  expect(numbers(tail)).toEqual(range(1_500, 501));
  await tail.loadOlder();
  expect(numbers(tail)).toEqual(range(1_500, 301));
});

test("at most 1,000 events are kept, and older ones are found again", async () => {
  const { tail, log } = setUp(300);
  await tail.refresh();
  log.newest = 1_400;
  stream(tail, 301, 1_400);
  expect(numbers(tail)).toEqual(range(1_400, 401));
  expect(tail.hasOlder).toBe(true);
  await tail.loadOlder();
  expect(numbers(tail)).toEqual(range(1_400, 201));
  await tail.loadOlder();
  expect(numbers(tail)).toEqual(range(1_400, 1));
  expect(tail.hasOlder).toBe(false);
  expect(log.requests.at(-1)).toBe("200");
});

test("older pages follow the cursor", async () => {
  const { tail, log } = setUp(450);
  await tail.refresh();
  await tail.loadOlder();
  await tail.loadOlder();
  expect(numbers(tail)).toEqual(range(450, 1));
  expect(log.requests).toEqual([undefined, "250", "50"]);
  await tail.loadOlder();
  expect(log.requests).toHaveLength(3);
});

test("after an interruption the newest page adds what is missing", async () => {
  const { tail, log } = setUp(100);
  await tail.refresh();
  log.newest = 150;
  await tail.refresh();
  expect(numbers(tail)).toEqual(range(150, 1));
});

test("after a long interruption everything is replaced instead of leaving a gap", async () => {
  const { tail, log } = setUp(100);
  await tail.refresh();
  log.newest = 900;
  await tail.refresh();
  expect(numbers(tail)).toEqual(range(900, 701));
  await tail.loadOlder();
  expect(numbers(tail)).toEqual(range(900, 501));
});

test("a page that is ahead of the resumed stream is completed in the order of the log", async () => {
  const { tail, log } = setUp(50);
  await tail.refresh();
  log.newest = 650;
  await tail.refresh();
  stream(tail, 51, 150);
  stream(tail, 151, 500);
  expect(numbers(tail)).toEqual(range(650, 451));
  stream(tail, 501, 660);
  expect(numbers(tail)).toEqual(range(660, 451));
  await tail.loadOlder();
  expect(numbers(tail)).toEqual(range(660, 251));
});

test("a page that is loaded while the stream catches up leaves no event out", async () => {
  const { tail, log } = setUp(50);
  await tail.refresh();
  log.newest = 650;
  stream(tail, 51, 150);
  await tail.refresh();
  stream(tail, 151, 651);
  expect(numbers(tail)).toEqual(range(651, 451));
});

test("a page completes what the stream has left out between two connections", async () => {
  const { tail, log } = setUp(50);
  await tail.refresh();
  log.newest = 55;
  stream(tail, 54, 55);
  await tail.refresh();
  stream(tail, 56, 56);
  expect(numbers(tail)).toEqual(range(56, 1));
});

test("an event that is delivered again changes nothing", async () => {
  const { tail } = setUp(5);
  await tail.refresh();
  stream(tail, 6, 8);
  stream(tail, 7, 9);
  expect(numbers(tail)).toEqual(range(9, 1));
});

test("after a long interruption the rows stay while the user reads, and the newest page waits", async () => {
  const { tail, log } = setUp(100);
  await tail.refresh();
  tail.isHolding = true;
  log.newest = 900;
  await tail.refresh();
  expect(numbers(tail)).toEqual(range(100, 1));
  expect(tail.waiting).toHaveLength(200);
  stream(tail, 101, 400);
  stream(tail, 401, 910);
  expect(numbers(tail)).toEqual(range(100, 1));
  expect(tail.waiting).toHaveLength(210);
  tail.isHolding = false;
  tail.showWaiting();
  expect(numbers(tail)).toEqual(range(910, 701));
  await tail.loadOlder();
  expect(numbers(tail)).toEqual(range(910, 501));
});

test("older events are added below the rows, although newer ones wait beyond a gap", async () => {
  const { tail, log } = setUp(1_500);
  stream(tail, 401, 1_500);
  tail.isHolding = true;
  log.newest = 3_000;
  stream(tail, 1_501, 3_000);
  await tail.loadOlder();
  expect(numbers(tail)).toEqual(range(1_500, 501));
  await tail.loadOlder();
  expect(numbers(tail).slice(0, 1_000)).toEqual(range(1_500, 501));
  expect(numbers(tail)).toEqual(numbers(tail).toSorted((a, b) => b - a));
});

test("older events that cannot be reached yet are looked for again", async () => {
  const { tail, log } = setUp(100);
  await tail.refresh();
  log.newest = 1_200;
  stream(tail, 101, 1_200);
  log.newest = 10_000;
  await tail.loadOlder();
  expect(numbers(tail)).toEqual(range(1_200, 201));
  expect(tail.hasOlder).toBe(true);
});

test("a failure leaves the list as it is", async () => {
  const tail = new EventTail(() => Promise.reject(new Error("no answer")));
  await expect(tail.refresh()).rejects.toThrow("no answer");
  stream(tail, 1, 1);
  tail.hasOlder = true;
  await expect(tail.loadOlder()).rejects.toThrow("no answer");
  expect(tail.isLoadingOlder).toBe(false);
  expect(numbers(tail)).toEqual([1]);
});

test("the rate counts full seconds", () => {
  const { tail } = setUp(0);
  tail.receive([eventOf(1), eventOf(2)], 1_000);
  tail.receive([eventOf(3)], 2_500);
  expect(tail.rate(3_000)).toBe(0.3);
  expect(tail.rate(2_900)).toBe(0.2);
  expect(tail.rate(60_000)).toBe(0);
});
