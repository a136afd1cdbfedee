import { render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { jsonAnswer } from "../testing/answers";
import { AT, group, job, JOB_ID } from "../testing/figures";
import { answerByPath, notFound, OPEN_SESSION } from "../testing/readModelAnswers";
import { router } from "../router/router.svelte";
import { session } from "../state/session.svelte";
import FailurePage from "./FailurePage.svelte";
import FailuresPage from "./FailuresPage.svelte";

const link = (name: string | RegExp) => screen.getByRole("link", { name });

beforeEach(() => {
  router.open("/");
  session.value = OPEN_SESSION;
});

describe("the page of the failures", () => {
  it("shows hostile messages as text", async () => {
    answerByPath({
      failures: { groups: [group({ message: "\u202e<img src=x>\u0007" })], unlisted: 2, asOf: AT },
    });
    render(FailuresPage);
    expect(await screen.findByText("⟨202E⟩<img src=x>␇")).toBeVisible();
    expect(screen.getByText(/2 failures of other kinds/)).toBeVisible();
    expect(link("31 jobs failed now")).toHaveAttribute("href", "/jobs?filter=fingerprint%3Aa1b2c3d4e5f60001");
  });

  it("filters by type, queue and time in the address", async () => {
    const requests = answerByPath({ failures: { groups: [], asOf: AT } });
    render(FailuresPage);
    expect(await screen.findByText(/^No failures\./)).toBeVisible();
    await userEvent.type(screen.getByLabelText("Type"), "email{Enter}");
    await userEvent.selectOptions(screen.getByLabelText("Last seen"), "last hour");
    await waitFor(() => expect(requests.at(-1)?.query.get("since")).toMatch(/Z$/));
    expect(requests.at(-1)?.query.get("type")).toBe("email");
    expect(await screen.findByText(/No failures match/)).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Show all" }));
    expect(router.query.size).toBe(0);
  });

  it("shows more kinds on demand", async () => {
    const groups = Array.from({ length: 100 }, (_, n) =>
      group({ fingerprint: n.toString(16).padStart(16, "0") }),
    );
    const requests = answerByPath({ failures: { groups, asOf: AT } });
    render(FailuresPage);
    await userEvent.click(await screen.findByRole("button", { name: "Show more" }));
    await waitFor(() => expect(requests.at(-1)?.query.get("limit")).toBe("200"));
  });

  it.each([
    ["5000", "1000"],
    ["150.5", "150"],
    ["-7", "100"],
  ])("turns the limit %s of the address into %s, which the read model accepts", async (asked, sent) => {
    const requests = answerByPath({ failures: { groups: [], asOf: AT } });
    router.setQuery({ limit: asked });
    render(FailuresPage);
    await waitFor(() => expect(requests.at(-1)?.query.get("limit")).toBe(sent));
  });

  it("links to the failed jobs where the read model does not group failures", async () => {
    answerByPath({});
    render(FailuresPage);
    expect(await screen.findByRole("link", { name: "list of jobs" })).toHaveAttribute(
      "href",
      "/jobs?filter=status%3AFAILED",
    );
  });
});

describe("the page of a failure", () => {
  const path = "failures/a1b2c3d4e5f60001";

  it("shows the message, its facts and the jobs that are failed now", async () => {
    answerByPath({ [path]: { group: group(), asOf: AT }, jobs: { jobs: [job()] } });
    render(FailurePage, { fingerprint: "a1b2c3d4e5f60001" });
    expect(await screen.findByText("connection refused")).toBeVisible();
    expect(screen.getByText("17,000")).toBeVisible();
    expect(screen.getByRole("heading", { name: "31 jobs failed now" })).toBeVisible();
    expect(await screen.findByRole("link", { name: JOB_ID })).toHaveAttribute("href", `/jobs/${JOB_ID}`);
    expect(screen.getByText("attempt 3 of 5")).toBeVisible();
  });

  it("shows samples where jobs cannot be found by fingerprint", async () => {
    answerByPath({
      [path]: { group: group(), asOf: AT },
      jobs: jsonAnswer(
        { status: 422, title: "x", errors: [{ pointer: "?fingerprint", message: "no" }] },
        422,
      ),
    });
    render(FailurePage, { fingerprint: "a1b2c3d4e5f60001" });
    expect(await screen.findByRole("link", { name: JOB_ID })).toBeVisible();
  });

  it("says that no job is failed any more", async () => {
    answerByPath({ [path]: { group: group({ jobs: 0 }), asOf: AT }, jobs: { jobs: [] } });
    render(FailurePage, { fingerprint: "a1b2c3d4e5f60001" });
    expect(await screen.findByRole("heading", { name: "No job is failed now" })).toBeVisible();
    expect(await screen.findByText(/The attempts remain/)).toBeVisible();
  });

  it("says that the failure is not in the history", async () => {
    answerByPath({ "failures/0000000000000000": notFound("no such failure is in the history") });
    render(FailurePage, { fingerprint: "0000000000000000" });
    expect(await screen.findByText("No such failure is in the history")).toBeVisible();
  });
});
