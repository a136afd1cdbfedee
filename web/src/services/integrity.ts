// The comparison of what was accepted with what became of it.
import type { components } from "../generated/read-model";
import { json } from "./http";

export type Integrity = components["schemas"]["Integrity"];

export const getIntegrity = (signal?: AbortSignal): Promise<Integrity> =>
  json({ what: "Load the integrity figures", path: "api/read-model/integrity", signal });
