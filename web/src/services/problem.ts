// Errors of the APIs. Every failed call throws a `Failure`, which names what happened, why, and what to do.
import { inert } from "../lib/inert";
import type { components } from "../generated/read-model";

export type Problem = components["schemas"]["problem"];

/** A failed call: the server refused it, answered with an error, or did not answer. */
export class Failure extends Error {
  /** Why, if it is known. It can contain text of others, and is safe to show. */
  readonly why: string;

  constructor(
    /** What happened, in one sentence. */
    readonly what: string,
    why: string,
    /** What the user can do. */
    readonly fix: string,
    /** The status of the answer; 0 without one. */
    readonly status: number,
    readonly problem?: Problem,
  ) {
    const shown = inert(why);
    super(shown ? `${what}: ${shown}` : what);
    this.why = shown;
    this.name = "Failure";
  }

  /** Whether the same call may succeed later without a change by the user. */
  get isTransient(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }

  get isUnauthenticated(): boolean {
    return this.status === 401;
  }

  /** The violations of the contract, by the JSON pointer into what was sent. The messages are safe to show. */
  get violations(): { pointer: string; message: string }[] {
    const errors = this.problem?.errors ?? [];
    return errors.map(({ pointer, message }) => ({ pointer, message: inert(message) }));
  }
}

const FIXES: Record<number, string> = {
  401: "Sign in with an API token.",
  403: "Sign in with a token whose role allows this.",
  404: "It may have been removed by retention.",
  409: "Load it again: its state has changed.",
  413: "Send a smaller payload.",
  429: "Wait a moment; the page tries again by itself.",
  502: "Check that the service runs: odd-dashboard status.",
  503: "Check the dependencies: odd-dashboard doctor.",
  504: "Check the load of the service: odd-dashboard status.",
};

/** The failure for an answer with an error status. */
export async function failureOf(what: string, response: Response): Promise<Failure> {
  const problem = await readProblem(response);
  const why = problem?.detail ?? problem?.title ?? `the server answered with status ${response.status}`;
  const fix = FIXES[response.status] ?? (response.status >= 500 ? "See the log of the service." : "");
  return new Failure(what, why, fix, response.status, problem);
}

/** The failure for a call without an answer. */
export function noAnswer(what: string, cause: unknown): Failure {
  const isTimeout = cause instanceof DOMException && cause.name === "TimeoutError";
  const why = isTimeout ? "no answer in time" : "the web server cannot be reached";
  const fix = isTimeout
    ? "Check that it runs: odd-dashboard status."
    : "Start it: odd-dashboard up. Check it: odd-dashboard status.";
  return new Failure(what, why, fix, 0);
}

async function readProblem(response: Response): Promise<Problem | undefined> {
  if (!response.headers.get("content-type")?.includes("json")) return undefined;
  return response.json().catch(() => undefined) as Promise<Problem | undefined>;
}
