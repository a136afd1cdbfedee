// Answers of the APIs for unit tests.
import { vi } from "vitest";

export interface Request {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Headers;
  body: string | null;
}

type Answer = Response | Promise<Response>;

export const jsonAnswer = (body: unknown, status = 200): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": status < 400 ? "application/json" : "application/problem+json" },
  });

/** Replaces `fetch` by a function of the request, and returns the list of the requests so far. */
export function answerWith(answer: (request: Request) => Answer): Request[] {
  const requests: Request[] = [];
  vi.stubGlobal("fetch", async (input: URL | string, init: RequestInit = {}) => {
    const url = new URL(input, document.baseURI);
    const request = {
      method: init.method ?? "GET",
      path: url.pathname,
      query: url.searchParams,
      headers: new Headers(init.headers),
      body: (init.body as string | null | undefined) ?? null,
    };
    requests.push(request);
    return answer(request);
  });
  return requests;
}
