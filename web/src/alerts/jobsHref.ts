import { filterTerm } from "../lib/filter";
import { router } from "../router/router.svelte";
import { safeHref } from "../lib/safeHref";

/** Parameters of the list of jobs that the filter language has as well. */
const TERMS = ["status", "type", "queue", "tag", "since", "until"];

/**
 * The address of the very jobs of an alert. A link to the list of jobs of a dashboard opens it in this one, with the filter
 * in the filter language; other safe addresses stay as they are.
 */
export function jobsHref(address: string | undefined): string | undefined {
  const safe = safeHref(address);
  if (!safe) return undefined;
  const url = new URL(safe);
  if (!/\/jobs\/?$/.test(url.pathname)) return safe;
  const terms = TERMS.flatMap((name) =>
    url.searchParams.getAll(name).map((value) => filterTerm(name, value)),
  );
  return router.href("/jobs", { filter: url.searchParams.get("filter") ?? terms.join(" ") });
}
