import { render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { answerWith, jsonAnswer } from "../../testing/answers";
import { group, job, JOB_ID } from "../../testing/figures";
import { toasts } from "../../state/toasts.svelte";
import RetryGroup from "./RetryGroup.svelte";

const OTHER_ID = "0192f0c1-0000-7000-8000-00000000ef01";

function show(ids: string[], retry: (id: string) => Response = () => jsonAnswer(job(), 202)) {
  const onchange = vi.fn();
  const requests = answerWith(({ method, path }) =>
    method === "POST"
      ? retry(path.split("/").at(-2) ?? "")
      : jsonAnswer({ jobs: ids.map((id) => job({ id })) }),
  );
  render(RetryGroup, { group: group(), onchange });
  return { onchange, requests, retried: () => requests.filter(({ method }) => method === "POST") };
}

const click = (name: string) => userEvent.click(screen.getByRole("button", { name }));

beforeEach(() => {
  toasts.list = [];
});

describe("retrying a group of failures", () => {
  it("asks with the number of jobs, retries each, and reports it", async () => {
    const { onchange, requests, retried } = show([JOB_ID, OTHER_ID]);
    await click("Retry the group");
    await screen.findByText("Retry 2 jobs?");
    expect(requests[0]?.query.get("fingerprint")).toBe("a1b2c3d4e5f60001");
    expect(requests[0]?.query.get("status")).toBe("FAILED");
    expect(retried()).toHaveLength(0);
    await click("Retry 2 jobs");
    await waitFor(() => expect(onchange).toHaveBeenCalledOnce());
    expect(retried().map(({ path }) => path)).toEqual(
      [JOB_ID, OTHER_ID].map((id) => `/api/gateway/jobs/${id}/retry`),
    );
    expect(toasts.list.map(({ text }) => text)).toEqual(["2 jobs retried"]);
  });

  it("changes nothing when the question is declined", async () => {
    const { retried } = show([JOB_ID]);
    await click("Retry the group");
    await screen.findByText("Retry 1 job?");
    await click("Keep as it is");
    await waitFor(() => expect(screen.queryByText("Retry 1 job?")).toBeNull());
    expect(retried()).toHaveLength(0);
  });

  it("shows the reasons of the jobs that could not be retried", async () => {
    show([JOB_ID, OTHER_ID], (id) =>
      id === OTHER_ID
        ? jsonAnswer({ status: 409, title: "x", detail: "the job is EXECUTING" }, 409)
        : jsonAnswer(job(), 202),
    );
    await click("Retry the group");
    await screen.findByText("Retry 2 jobs?");
    await click("Retry 2 jobs");
    expect(await screen.findByText("1 job retried, 1 in another status by now")).toBeVisible();
    expect(screen.getByText("1 × the job is EXECUTING")).toBeVisible();
    await click("Close the outcome");
    expect(screen.queryByText("1 × the job is EXECUTING")).toBeNull();
  });

  it("says that there is nothing to retry any more", async () => {
    show([]);
    await click("Retry the group");
    await waitFor(() => expect(toasts.list[0]?.text).toBe("No job of this failure is failed any more"));
  });

  it("reports why the jobs cannot be found", async () => {
    answerWith(() => jsonAnswer({ status: 503, title: "x", detail: "no store" }, 503));
    render(RetryGroup, { group: group(), onchange: () => {} });
    await click("Retry the group");
    await waitFor(() => expect(toasts.list[0]?.text).toContain("no store"));
  });
});
