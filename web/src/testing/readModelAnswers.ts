// A read model that answers by path, for tests of pages.
import type { Session } from "../services/session";
import { answerWith, jsonAnswer, type Request } from "./answers";
import { AT, UNKNOWN_ROUTE } from "./figures";

const STEPS = [0, 60].map((seconds) => ({
  at: new Date(Date.parse(AT) + seconds * 1_000).toISOString(),
  value: 6,
}));
const timeseries = { stepSeconds: 60, points: STEPS, asOf: "2026-11-30T12:02:00Z" };

/** Answers by path below the read model; every other request as a read model that does not know the route. */
export function answerByPath(answers: Record<string, unknown>): Request[] {
  const all: Record<string, unknown> = { timeseries, ...answers };
  return answerWith(({ path }) => {
    const body = all[path.replace("/api/read-model/", "").replace("/api/", "")];
    if (body === undefined) return jsonAnswer(UNKNOWN_ROUTE, 404);
    return body instanceof Response ? body.clone() : jsonAnswer(body);
  });
}

/** The answer for something that does not exist. */
export const notFound = (detail: string): Response => jsonAnswer({ ...UNKNOWN_ROUTE, detail }, 404);

/** The session of an observatory without tokens. */
export const OPEN_SESSION: Session = {
  authentication: "none",
  caller: null,
  version: "0.1.0",
  terminal: { configured: false },
};
