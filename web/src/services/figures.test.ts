import { describe, expect, it } from "vitest";
import { answerWith, jsonAnswer } from "../testing/answers";
import { AT, UNKNOWN_ROUTE } from "../testing/figures";
import { getFailure, listFailedJobs, listFailures } from "./failures";
import { getIntegrity } from "./integrity";
import { getType, listTypes } from "./jobTypes";
import { ifKnown } from "./optional";
import { Failure } from "./problem";
import { listQueues } from "./readModel";
import { getDependencies } from "./readiness";
import { listWorkers } from "./workers";

describe("figures", () => {
  it("are read from the read model, with encoded names", async () => {
    const requests = answerWith(() => jsonAnswer({ asOf: AT }));
    await listTypes("6h");
    await getType("http.request", "1h");
    await listFailures({ type: "email", limit: 50 });
    await getFailure("a1b2c3d4e5f60001");
    await listFailedJobs("a1b2c3d4e5f60001", { limit: 20 });
    await getIntegrity();
    await listWorkers();
    await listQueues();
    expect(requests.map(({ path, query }) => `${path}?${query}`)).toEqual([
      "/api/read-model/types?window=6h",
      "/api/read-model/types/http.request?window=1h",
      "/api/read-model/failures?type=email&limit=50",
      "/api/read-model/failures/a1b2c3d4e5f60001?",
      "/api/read-model/jobs?fingerprint=a1b2c3d4e5f60001&status=FAILED&limit=20",
      "/api/read-model/integrity?",
      "/api/read-model/workers?",
      "/api/read-model/queues?",
    ]);
  });

  it("are absent from a read model that does not know the route or the metric", async () => {
    answerWith(() => jsonAnswer(UNKNOWN_ROUTE, 404));
    expect(await ifKnown(listWorkers())).toBeUndefined();
    answerWith(() =>
      jsonAnswer(
        { status: 422, title: "Invalid request", errors: [{ pointer: "?metric", message: "no" }] },
        422,
      ),
    );
    expect(await ifKnown(listWorkers())).toBeUndefined();
  });

  it("fail for every other reason", async () => {
    answerWith(() => jsonAnswer({ ...UNKNOWN_ROUTE, detail: "no such failure is in the history" }, 404));
    await expect(ifKnown(getFailure("a1b2c3d4e5f60001"))).rejects.toBeInstanceOf(Failure);
    answerWith(() =>
      jsonAnswer(
        { status: 422, title: "Invalid request", errors: [{ pointer: "?type", message: "no" }] },
        422,
      ),
    );
    await expect(ifKnown(listFailures({ type: "!" }))).rejects.toBeInstanceOf(Failure);
    await expect(ifKnown(Promise.reject(new TypeError("no network")))).rejects.toBeInstanceOf(TypeError);
  });
});

describe("dependencies", () => {
  const checks = [{ dependency: "store", up: false }];

  it("are read from a service that is ready or not", async () => {
    const requests = answerWith(() => jsonAnswer({ status: "ready", checks }));
    expect(await getDependencies("gateway")).toEqual(checks);
    answerWith(() => jsonAnswer({ status: "unready", checks }, 503));
    expect(await getDependencies("read-model")).toEqual(checks);
    expect(requests[0]?.path).toBe("/api/gateway/readyz");
  });

  it("are unknown for a service that does not answer, or that the page cannot ask", async () => {
    expect(await getDependencies("gateway")).toBeUndefined();
    expect(await getDependencies("processor")).toBeUndefined();
  });
});
