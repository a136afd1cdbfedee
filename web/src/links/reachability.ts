// Whether a user interface answers. The page may only call its own origin, so that it knows this only for services whose
// health the read model reports, and for itself.
import { router } from "../router/router.svelte";
import type { ServiceHealth, UiEntry } from "../services/readModel";

export type Reachability = ServiceHealth["status"] | "here" | "unknown";

export interface Reached {
  status: Reachability;
  detail?: string;
}

/** The service behind the documentation of each API. */
const SERVICES: Record<string, string> = { "gateway-docs": "gateway", "read-model-docs": "read-model" };

export function reachabilityOf(entry: UiEntry, services: readonly ServiceHealth[]): Reached {
  const name = SERVICES[entry.id];
  const service = services.find((known) => known.name === name);
  if (service) return { status: service.status, ...(service.detail ? { detail: service.detail } : {}) };
  return { status: entry.id === "web" ? "here" : "unknown" };
}

/** The address to open. The registry has the default one of the dashboard, which may not be the one of this page. */
export const addressOf = (entry: UiEntry): string => (entry.id === "web" ? router.base.href : entry.url);
