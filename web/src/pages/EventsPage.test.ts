import { render, screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { tick } from "svelte";
import { beforeEach, expect, test, vi } from "vitest";
import { router } from "../router/router.svelte";
import type { EventEnvelope } from "../services/readModel";
import { live } from "../state/live.svelte";
import { answerWith, jsonAnswer, type Request } from "../testing/answers";
import { EVENT_JOB_ID, eventOf, eventsDown } from "../testing/events";
import EventsPage from "./EventsPage.svelte";

let events: EventEnvelope[];
let requests: Request[];
let deliver: (events: EventEnvelope[]) => void;

beforeEach(() => {
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe(): void {}
      unobserve(): void {}
      disconnect(): void {}
    },
  );
  vi.spyOn(live, "listen").mockImplementation((listener) => {
    deliver = (received) => listener(received.map((event) => ({ position: "1", event })));
    return () => true;
  });
  events = eventsDown(3, 1);
  requests = answerWith(() => jsonAnswer({ events }));
  router.open("/events");
});

test("the newest events are shown with links to their jobs", async () => {
  render(EventsPage);
  expect(await screen.findByText(/3 events/)).toBeVisible();
  expect(screen.getAllByRole("link", { name: "01a22cd6~626d" })[0]).toHaveAttribute(
    "href",
    `/jobs/${EVENT_JOB_ID}`,
  );
});

test("events of the stream are added if the filter selects them", async () => {
  router.open("/events", { type: "job.started" });
  render(EventsPage);
  await screen.findByText(/3 events/);
  deliver([eventOf(4), eventOf(5, { eventType: "job.failed" })]);
  expect(await screen.findByText(/4 events/)).toBeVisible();
});

test("the type is part of the address and of the request", async () => {
  render(EventsPage);
  await userEvent.selectOptions(screen.getByLabelText("Type of the events"), "job.failed");
  expect(location.search).toBe("?type=job.failed");
  await vi.waitFor(() => expect(requests.at(-1)?.query.get("type")).toBe("job.failed"));
});

test("an incomplete id of a job is refused with a reason", async () => {
  render(EventsPage);
  await userEvent.type(screen.getByLabelText("Id of a job"), "01a2{Enter}");
  expect(screen.getByRole("alert")).toHaveTextContent("36 characters");
  expect(location.search).toBe("");
  await userEvent.clear(screen.getByLabelText("Id of a job"));
  await userEvent.type(screen.getByLabelText("Id of a job"), `${EVENT_JOB_ID}{Enter}`);
  expect(location.search).toBe(`?job=${EVENT_JOB_ID}`);
});

test("an event opens beside the list, new ones wait meanwhile, and closing it shows them", async () => {
  render(EventsPage);
  await userEvent.click((await screen.findAllByRole("button", { name: "job.started" }))[0] as HTMLElement);
  const panel = screen.getByRole("complementary", { name: "Event" });
  expect(within(panel).getByText(/"idempotencyKey"/)).toBeVisible();
  deliver([eventOf(4)]);
  expect(await screen.findByRole("button", { name: "1 new" })).toBeVisible();
  expect(screen.getByText(/3 events/)).toBeVisible();
  await userEvent.click(within(panel).getByRole("button", { name: "Close the event" }));
  expect(await screen.findByText(/4 events/)).toBeVisible();
  expect(location.search).toBe("");
});

test("hostile text of an event is inert", async () => {
  const [event] = events;
  if (event)
    event.payload = {
      ...event.payload,
      message: "a\u001b[31m\u202eb",
    } as unknown as EventEnvelope["payload"];
  render(EventsPage);
  expect(await screen.findByText("a␛[31m⟨202E⟩b")).toBeVisible();
});

test("the newest event can be the last row", async () => {
  router.open("/events", { order: "oldest" });
  render(EventsPage);
  await screen.findByText(/3 events/);
  const rows = screen.getAllByRole("row").slice(1);
  expect(
    rows.map((row) => within(row).getByText(/./, { selector: "time" }).getAttribute("datetime")),
  ).toEqual([1, 2, 3].map((number) => eventOf(number).occurredAt));
});

test("without events the page says what to do", async () => {
  events = [];
  render(EventsPage);
  expect(await screen.findByText(/No events yet/)).toBeVisible();
  router.open("/events", { type: "job.failed" });
  expect(await screen.findByText(/No event matches/)).toBeVisible();
});

test("a failure says what did not work", async () => {
  answerWith(() => jsonAnswer({ title: "Unavailable", detail: "the database does not answer" }, 503));
  render(EventsPage);
  expect(await screen.findByText("the database does not answer")).toBeVisible();
});

test("the events are loaded again while the stream is interrupted", async () => {
  vi.useFakeTimers();
  live.connection = "polling";
  render(EventsPage);
  await vi.advanceTimersByTimeAsync(11_000);
  expect(requests.length).toBeGreaterThanOrEqual(3);
  live.connection = "live";
  await vi.advanceTimersByTimeAsync(10);
  const count = requests.length;
  await vi.advanceTimersByTimeAsync(20_000);
  expect(requests).toHaveLength(count);
});

test("the newest events are loaded when the stream starts over, and not when it resumes", async () => {
  live.connection = "polling";
  render(EventsPage);
  await screen.findByText(/3 events/);
  live.connection = "live";
  await tick();
  expect(requests).toHaveLength(1);
  events = eventsDown(6, 1);
  live.starts += 1;
  expect(await screen.findByText(/6 events/)).toBeVisible();
  expect(requests).toHaveLength(2);
});
