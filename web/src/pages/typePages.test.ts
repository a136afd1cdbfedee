import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { AT, typeDetail, typeSummary } from "../testing/figures";
import { answerByPath, notFound, OPEN_SESSION } from "../testing/readModelAnswers";
import { router } from "../router/router.svelte";
import { session } from "../state/session.svelte";
import TypePage from "./TypePage.svelte";
import TypesPage from "./TypesPage.svelte";

vi.mock("../charts/plot", () => ({
  createPlot: async () => ({ setData() {}, setWidth() {}, point() {}, destroy() {} }),
}));

const link = (name: string | RegExp) => screen.getByRole("link", { name });

beforeEach(() => {
  router.open("/");
  session.value = OPEN_SESSION;
});

describe("the page of the types", () => {
  it("shows the figures of the time range in the address", async () => {
    router.setQuery({ window: "6h" });
    const requests = answerByPath({
      types: {
        types: [
          typeSummary(),
          typeSummary({ type: "other", run: { count: 0, p50Ms: null, p95Ms: null, p99Ms: null } }),
        ],
        asOf: AT,
      },
    });
    render(TypesPage);
    expect(await screen.findByRole("link", { name: "email" })).toHaveAttribute(
      "href",
      "/types/email?window=6h",
    );
    expect(requests[0]?.query.get("window")).toBe("6h");
    expect(screen.getAllByText("10.0 %")).toHaveLength(2);
    expect(screen.getByText("other types")).toBeVisible();
    expect(screen.getAllByRole("link", { name: "10" })[0]).toHaveAttribute("href", "/failures?type=email");
  });

  it("changes the time range with its links and its key", async () => {
    answerByPath({ types: { types: [typeSummary()], asOf: AT } });
    render(TypesPage);
    await screen.findByRole("link", { name: "email" });
    expect(link("1h")).toHaveAttribute("aria-current", "true");
    await userEvent.keyboard("w");
    expect(router.query.get("window")).toBe("6h");
    expect(link("6h")).toHaveAttribute("aria-current", "true");
    expect(link("1h")).not.toHaveAttribute("href", expect.stringContaining("window"));
  });

  it("says that nothing ran, or that the read model is older", async () => {
    answerByPath({ types: { types: [], asOf: AT } });
    const { unmount } = render(TypesPage);
    expect(await screen.findByText("No jobs in the last hour.")).toBeVisible();
    unmount();
    answerByPath({});
    render(TypesPage);
    expect(await screen.findByText(/does not compute figures by type/)).toBeVisible();
  });
});

describe("the page of a type", () => {
  it("shows statuses, figures, distribution, failures, versions and schema", async () => {
    answerByPath({ "types/email": typeDetail() });
    render(TypePage, { type: "email" });
    expect(await screen.findByText("up to 10 ms")).toBeVisible();
    expect(screen.getByText("75.0 %")).toBeVisible();
    expect(screen.getByText("over 10 ms")).toBeVisible();
    expect(link("4")).toHaveAttribute("href", "/jobs?filter=type%3Aemail+status%3APENDING");
    expect(link("connection refused")).toHaveAttribute("href", "/failures/a1b2c3d4e5f60001");
    expect(screen.getByRole("rowheader", { name: "0.1.1" })).toBeVisible();
    expect(screen.getByRole("rowheader", { name: "to required" })).toBeVisible();
    expect(link("New job of this type")).toHaveAttribute("href", "/new?type=email");
    expect(screen.getByText("No attempts in this time range.")).toBeVisible();
    expect(screen.getByRole("slider", { name: /Throughput/ })).toBeVisible();
  });

  it("offers no new job to a caller who may only read", async () => {
    session.value = {
      authentication: "token",
      caller: { name: "viewer", role: "read" },
      version: "0.1.0",
      terminal: { configured: false },
    };
    answerByPath({ "types/email": typeDetail({ schema: null, failures: [], versions: [] }) });
    render(TypePage, { type: "email" });
    expect(await screen.findByText(/has no schema/)).toBeVisible();
    expect(screen.getByText(/No failure of this type/)).toBeVisible();
    expect(screen.queryByRole("link", { name: "New job of this type" })).toBeNull();
  });

  it("says that no job of the type is known", async () => {
    answerByPath({ "types/nothing": notFound("no job of the type is known") });
    render(TypePage, { type: "nothing" });
    expect(await screen.findByText("No job of this type is known")).toBeVisible();
  });

  it("shows charts without the other figures of an older read model", async () => {
    answerByPath({});
    render(TypePage, { type: "email" });
    expect(await screen.findByText(/does not compute figures, failures and versions/)).toBeVisible();
    expect(await screen.findByRole("slider", { name: /Throughput/ })).toBeVisible();
  });

  it("leads to the jobs of a type whose name needs quotes in a filter", () => {
    answerByPath({});
    render(TypePage, { type: "two words" });
    const link = screen.getByRole("link", { name: "Jobs of this type" });
    expect(new URL((link as HTMLAnchorElement).href).searchParams.get("filter")).toBe('type:"two words"');
  });
});
