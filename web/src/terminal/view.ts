import { TERMINAL_VIEWS, type TerminalView } from "./protocol";

/** What the address of the page asks for: `?job=ID`, or `?view=jobs&filter=status:FAILED`. */
export function viewOf(query: URLSearchParams): TerminalView {
  const jobId = query.get("job");
  if (jobId) return { view: "jobs", jobId };
  const filter = query.get("filter");
  if (filter) return { view: "jobs", filter };
  const view = TERMINAL_VIEWS.find((known) => known === query.get("view"));
  return view ? { view } : {};
}
