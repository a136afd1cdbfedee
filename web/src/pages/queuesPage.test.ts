import { render, screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { AT, queue } from "../testing/figures";
import { answerByPath, OPEN_SESSION } from "../testing/readModelAnswers";
import { router } from "../router/router.svelte";
import { session } from "../state/session.svelte";
import QueuesPage from "./QueuesPage.svelte";

vi.mock("../charts/plot", () => ({
  createPlot: async () => ({ setData() {}, setWidth() {}, point() {}, destroy() {} }),
}));

const link = (name: string | RegExp) => screen.getByRole("link", { name });

beforeEach(() => {
  router.open("/");
  session.value = OPEN_SESSION;
});

describe("the page of the queues", () => {
  it("shows each queue with its figures, the deepest first, and links to its jobs", async () => {
    answerByPath({
      queues: {
        queues: [
          queue({
            queue: "small",
            ready: 1,
            drainSeconds: 4,
            utilisation: 0.5,
            arrivalPerSecond: 2,
            finishPerSecond: 3,
          }),
          queue({
            queue: "large",
            ready: 90,
            drainSeconds: null,
            utilisation: null,
            arrivalPerSecond: 2,
            depthHistory: [1, 90],
            types: [{ type: "email", count: 90 }],
          }),
        ],
        asOf: AT,
      },
    });
    render(QueuesPage);
    const rows = await screen.findAllByRole("row");
    expect(within(rows[1] as HTMLElement).getByRole("link", { name: "large" })).toHaveAttribute(
      "href",
      "/jobs?filter=queue%3Alarge",
    );
    expect(screen.getByText("does not drain")).toBeVisible();
    expect(screen.getByText("no workers")).toBeVisible();
    expect(screen.getByRole("meter")).toHaveAttribute("aria-valuetext", "50.0 %");
    expect(screen.getByRole("img", { name: "Depth of large: 90 now, between 1 and 90" })).toBeVisible();
    expect(screen.getByText("email 90")).toBeInTheDocument();
    expect(link("90")).toHaveAttribute("href", "/jobs?filter=queue%3Alarge+status%3APENDING%2CVALIDATED");
  });

  it("sorts by a column, in the address", async () => {
    answerByPath({
      queues: { queues: [queue({ queue: "b", failed: 1 }), queue({ queue: "a", failed: 9 })], asOf: AT },
    });
    render(QueuesPage);
    await userEvent.click(await screen.findByRole("button", { name: "Failed" }));
    expect(router.query.get("sort")).toBe("-failed");
    expect(screen.getAllByRole("rowheader").map((cell) => cell.textContent)).toEqual(["a", "b"]);
    await userEvent.click(screen.getByRole("button", { name: /Failed ↓|^Failed$/ }));
    expect(router.query.get("sort")).toBe("failed");
    expect(screen.getByRole("columnheader", { name: /Failed/ })).toHaveAttribute("aria-sort", "ascending");
  });

  it("finds queues by name when there are many, and moves between them with keys", async () => {
    const queues = Array.from({ length: 13 }, (_, n) => queue({ queue: `q${n}` }));
    answerByPath({ queues: { queues, asOf: AT } });
    render(QueuesPage);
    await screen.findByText("13 queues");
    await userEvent.keyboard("jj");
    expect(document.activeElement).toHaveTextContent("q1");
    await userEvent.keyboard("G");
    expect(document.activeElement).toHaveTextContent("q12");
    await userEvent.keyboard("k");
    expect(document.activeElement).toHaveTextContent("q11");
    await userEvent.type(screen.getByLabelText("Find"), "q12");
    expect(screen.getAllByRole("rowheader")).toHaveLength(1);
    await userEvent.type(screen.getByLabelText("Find"), "x");
    expect(screen.getByText("Nothing contains “q12x”.")).toBeVisible();
  });

  it("notes the figures that the read model does not compute", async () => {
    answerByPath({ queues: { queues: [queue()], asOf: AT } });
    render(QueuesPage);
    expect(await screen.findByText(/does not compute utilisation/)).toBeVisible();
    expect(screen.queryByRole("columnheader", { name: /Time to drain/ })).toBeNull();
  });

  it("says what to do while no queue holds jobs", async () => {
    answerByPath({ queues: { queues: [], asOf: AT } });
    render(QueuesPage);
    expect(await screen.findByText(/No queue holds jobs/)).toBeVisible();
    expect(link("Submit a job")).toHaveAttribute("href", "/new");
  });
});
