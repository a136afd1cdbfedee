// Fixed answers of the APIs, for pictures that are the same on each run. They are typed by the contracts.
import type { Page, Route } from "@playwright/test";
import type { components } from "../../../src/generated/read-model";
import * as data from "./fixedData";
import { timeseries } from "./fixedFigures";

type Problem = components["schemas"]["problem"];

/** What the page gets: data, nothing, no answer at all, or data first and no answer later. */
export type Situation = "loaded" | "empty" | "error" | "stale";

/** The time of all pictures. */
export const NOW = new Date("2026-11-30T12:00:00Z");

type Answers = Record<string, unknown>;

const problem: Problem = {
  type: "https://odd-dashboard.dev/problems/unavailable",
  title: "Unavailable",
  status: 503,
  detail: "the database does not answer",
  code: "unavailable",
  correlationId: "00000000-0000-4000-8000-000000000000",
};

/** Answers all calls of the page from `fixedData`, at the fixed time. Returns a function that changes the situation. */
export async function useFixedApi(page: Page, situation: Situation): Promise<(next: Situation) => void> {
  let current: Situation = situation === "stale" ? "loaded" : situation;
  await page.clock.setFixedTime(NOW);
  await page.addInitScript(keepStreamOpen);
  await page.addInitScript(useFlatBackground);
  await page.route(/\/session$/, (route) => route.fulfill({ json: data.session }));
  await page.route(/\/api\//, (route) => answer(route, current));
  return (next) => (current = next);
}

/** Runs in the page: no gradients, whose pictures would be many times as large. */
function useFlatBackground(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    "html { background: var(--ground) !important } .panel, header { backdrop-filter: none !important }",
  );
  document.adoptedStyleSheets.push(sheet);
}

/** Runs in the page: the event stream starts and then stays silent. An answer of a route would end at once. */
function keepStreamOpen(): void {
  const send = window.fetch;
  window.fetch = (input, init) => {
    if (!String(input).includes("/events/stream")) return send(input, init);
    const start = new TextEncoder().encode("retry: 1000\nid: 1\n\n");
    const body = new ReadableStream({ start: (stream) => stream.enqueue(start) });
    return Promise.resolve(new Response(body, { headers: { "content-type": "text/event-stream" } }));
  };
}

function answer(route: Route, situation: Situation): Promise<void> {
  const path = new URL(route.request().url()).pathname.replace(/^.*\/api\//, "");
  if (situation === "error" && path !== "read-model/health/summary") {
    return route.fulfill({ status: 503, contentType: "application/problem+json", json: problem });
  }
  const url = new URL(route.request().url());
  if (path === "read-model/timeseries") {
    const curve = timeseries(url.searchParams.get("metric") ?? "", url.searchParams.get("window") ?? "1h");
    if (situation === "empty")
      curve.points.forEach((point) => (point.value = curve.unit === "ms" ? null : 0));
    return route.fulfill({ json: curve });
  }
  const answers: Answers = situation === "empty" ? { ...data.loaded, ...data.empty } : data.loaded;
  const found = answers[path] ?? answers[path.replace(/[^/]+$/, "*")];
  if (found === undefined) {
    return route.fulfill({
      status: 404,
      json: { ...problem, status: 404, title: "Not found", code: "not_found" },
    });
  }
  return route.fulfill({ json: found });
}
