// The only place that calls `fetch`, except for the event stream. Calls go to the web role, which passes them to the
// gateway and the read model.
import { failureOf, noAnswer } from "./problem";

/** Time after which a call without an answer fails. */
const TIMEOUT_MS = 15_000;

export type QueryValue = string | number | boolean | undefined | (string | number)[];

export interface Call {
  /** What the call does, for error messages: "Load the jobs". */
  what: string;
  /** Path below the base path of the page, for example `api/read-model/jobs`. */
  path: string;
  query?: Record<string, QueryValue>;
  method?: "GET" | "POST" | "PUT" | "DELETE";
  body?: unknown;
  /** JSON text that is sent as it is, so that numbers keep all digits. */
  text?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** Time after which the call fails without an answer, if it is not the usual one. */
  timeoutMs?: number;
}

let unauthenticated: () => void = () => {};

/** Sets what happens when the server no longer accepts the session. */
export function onUnauthenticated(handler: () => void): void {
  unauthenticated = handler;
}

/** The address of a path below the base path, with parameters; lists are repeated parameters. */
export function address(path: string, query: Record<string, QueryValue> = {}): URL {
  const url = new URL(path, document.baseURI);
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== "") url.searchParams.append(name, String(one));
    }
  }
  return url;
}

/** Sends a call and returns the successful answer. Throws a `Failure`, or an `AbortError` if `signal` aborts. */
export async function send(call: Call): Promise<Response> {
  const timeout = AbortSignal.timeout(call.timeoutMs ?? TIMEOUT_MS);
  const text = call.text ?? (call.body === undefined ? undefined : JSON.stringify(call.body));
  const headers = new Headers(call.headers);
  headers.set("accept", "application/json");
  if (text !== undefined) headers.set("content-type", "application/json");
  let response: Response;
  try {
    response = await fetch(address(call.path, call.query), {
      method: call.method ?? "GET",
      headers,
      body: text ?? null,
      signal: call.signal ? AbortSignal.any([call.signal, timeout]) : timeout,
      credentials: "same-origin",
      cache: "no-store",
    });
  } catch (cause) {
    if (call.signal?.aborted) throw cause;
    throw noAnswer(call.what, cause);
  }
  if (response.status === 401) unauthenticated();
  if (!response.ok) throw await failureOf(call.what, response);
  return response;
}

/** Sends a call and returns the JSON of the answer. */
export async function json<T>(call: Call): Promise<T> {
  return (await (await send(call)).json()) as T;
}

/** Sends a call and returns the text of the answer. */
export async function text(call: Call): Promise<string> {
  return (await send(call)).text();
}
