// The workers that have reported lately.
import type { components } from "../generated/read-model";
import { json } from "./http";

export type Worker = components["schemas"]["Worker"];
export type WorkerStatus = Worker["status"];
export type WorkerList = components["schemas"]["WorkerList"];

export const listWorkers = (signal?: AbortSignal): Promise<WorkerList> =>
  json({ what: "Load the workers", path: "api/read-model/workers", signal });
