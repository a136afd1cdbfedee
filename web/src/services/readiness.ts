// Which dependencies a service can use. The page can ask only the two services with an API.
import type { components } from "../generated/read-model";
import { json } from "./http";
import { Failure } from "./problem";

type Report = components["schemas"]["ReadyReport"];
export type DependencyCheck = Report["checks"][number];

const PATHS: Record<string, string> = {
  gateway: "api/gateway/readyz",
  "read-model": "api/read-model/readyz",
};

/** The dependencies of a service; undefined where the page cannot ask. A service that is not ready answers 503 with them. */
export async function getDependencies(
  service: string,
  signal?: AbortSignal,
): Promise<DependencyCheck[] | undefined> {
  const path = PATHS[service];
  if (!path) return undefined;
  try {
    return (await json<Report>({ what: `Load the dependencies of ${service}`, path, signal })).checks;
  } catch (cause) {
    const report = cause instanceof Failure ? (cause.problem as unknown as Partial<Report>) : undefined;
    return report?.checks;
  }
}
