import { render, screen, within } from "@testing-library/svelte";
import { beforeEach, describe, expect, it } from "vitest";
import { jsonAnswer } from "../testing/answers";
import { AT, worker } from "../testing/figures";
import { answerByPath, OPEN_SESSION } from "../testing/readModelAnswers";
import { router } from "../router/router.svelte";
import { session } from "../state/session.svelte";
import ServicesPage from "./ServicesPage.svelte";
import WorkersPage from "./WorkersPage.svelte";

beforeEach(() => {
  router.open("/");
  session.value = OPEN_SESSION;
});

describe("the page of the workers", () => {
  it("counts what runs, of what active workers can run", async () => {
    answerByPath({
      workers: {
        workers: [
          worker(),
          worker({ workerId: "lost\u001b[31m", status: "LOST", running: 9, queues: ["mail"] }),
        ],
        asOf: AT,
      },
    });
    render(WorkersPage);
    expect(await screen.findByText("lost␛[31m")).toBeVisible();
    expect(screen.getByText(/1 active worker: 2 running attempts, at most 8/)).toBeVisible();
    expect(screen.getByRole("meter", { name: "Running attempts of processor-1" })).toHaveAttribute(
      "aria-valuetext",
      "2 of 8",
    );
    expect(screen.getByText("mail")).toBeVisible();
  });

  it("says how to start one, or that the read model is older", async () => {
    answerByPath({ workers: { workers: [], asOf: AT } });
    const { unmount } = render(WorkersPage);
    expect(await screen.findByText("odd-dashboard serve processor")).toBeVisible();
    unmount();
    answerByPath({});
    render(WorkersPage);
    expect(await screen.findByText(/does not list workers/)).toBeVisible();
  });
});

describe("the page of the services", () => {
  const up = { name: "gateway", url: "http://127.0.0.1:3000", status: "up", version: "0.1.0" };

  it("shows each service with its dependencies", async () => {
    answerByPath({
      services: {
        services: [
          up,
          { name: "processor", url: "http://127.0.0.1:8000", status: "down", detail: "no answer" },
        ],
        asOf: AT,
      },
      "gateway/readyz": { status: "unready", checks: [{ dependency: "store", up: false }] },
    });
    render(ServicesPage);
    const card = await screen.findByRole("region", { name: "Service gateway" });
    expect(within(card).getByText("not usable")).toBeVisible();
    expect(screen.getByText("no answer")).toBeVisible();
    expect(screen.getByText(/1 of 2 services is not up/)).toBeVisible();
  });

  it("warns about different versions", async () => {
    answerByPath({ services: { services: [up, { ...up, name: "processor", version: "0.2.0" }], asOf: AT } });
    render(ServicesPage);
    expect(await screen.findByText(/different versions: 0.1.0, 0.2.0/)).toBeVisible();
    expect(screen.getByText(/Every service is up/)).toBeVisible();
    expect(screen.getAllByText("none listed")).toHaveLength(2);
  });

  it("says what is missing when no service is configured", async () => {
    answerByPath({ services: { services: [], asOf: AT } });
    render(ServicesPage);
    expect(await screen.findByText(/knows no services/)).toBeVisible();
  });

  it("says what happened, why and what to do when they cannot be loaded", async () => {
    answerByPath({
      services: jsonAnswer({ status: 503, title: "Unavailable", detail: "the store does not answer" }, 503),
    });
    render(ServicesPage);
    expect(await screen.findByRole("alert")).toHaveTextContent("the store does not answer");
  });
});
