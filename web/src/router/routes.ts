// Every page. The order is that of the navigation.
import type { Component } from "svelte";

export interface Page {
  pattern: string;
  title: string;
  /** Name in the navigation; a page without one is reached from another page. */
  nav?: string;
  load: () => Promise<{ default: Component<Record<string, string>> }>;
}

type Load = Page["load"];
const page = (
  pattern: string,
  title: string,
  nav: string | undefined,
  load: () => Promise<unknown>,
): Page => ({
  pattern,
  title,
  ...(nav ? { nav } : {}),
  load: load as Load,
});

export const PAGES: Page[] = [
  page("/", "Overview", "Overview", () => import("../pages/OverviewPage.svelte")),
  page("/jobs", "Jobs", "Jobs", () => import("../pages/JobsPage.svelte")),
  page("/jobs/:id", "Job", undefined, () => import("../pages/JobPage.svelte")),
  page("/new", "New job", undefined, () => import("../pages/NewJobPage.svelte")),
  page("/events", "Events", "Events", () => import("../pages/EventsPage.svelte")),
  page("/queues", "Queues", "Queues", () => import("../pages/QueuesPage.svelte")),
  page("/types", "Types", "Types", () => import("../pages/TypesPage.svelte")),
  page("/types/:type", "Type", undefined, () => import("../pages/TypePage.svelte")),
  page("/failures", "Failures", "Failures", () => import("../pages/FailuresPage.svelte")),
  page("/failures/:fingerprint", "Failure", undefined, () => import("../pages/FailurePage.svelte")),
  page("/dead-letters", "Dead letters", "Dead letters", () => import("../pages/DeadLettersPage.svelte")),
  page("/workers", "Workers", "Workers", () => import("../pages/WorkersPage.svelte")),
  page("/services", "Services", "Services", () => import("../pages/ServicesPage.svelte")),
  page("/alerts", "Alerts", "Alerts", () => import("../pages/AlertsPage.svelte")),
  page("/terminal", "Terminal", "Terminal", () => import("../pages/TerminalPage.svelte")),
  page("/links", "Links", "Links", () => import("../pages/LinksPage.svelte")),
  page("/glossary", "Glossary", undefined, () => import("../pages/GlossaryPage.svelte")),
  page("/settings", "Settings", "Settings", () => import("../pages/SettingsPage.svelte")),
];

/** Pages that load nothing that a token of the role submit may not read. */
const WITHOUT_READING = new Set(["/new", "/settings", "/glossary"]);

export const needsReading = ({ pattern }: Page): boolean => !WITHOUT_READING.has(pattern);

/** The pages that the navigation offers. A caller who may only submit jobs is offered the form for them. */
export const offeredPages = (canRead: boolean): Page[] =>
  canRead
    ? PAGES.filter((page) => page.nav)
    : PAGES.filter(({ pattern }) => pattern === "/new" || pattern === "/settings");
