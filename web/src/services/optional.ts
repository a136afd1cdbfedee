import { Failure } from "./problem";

/**
 * The answer, or undefined where the server is an older version that does not know the route or the value of a
 * parameter: pages then show a note instead of an error.
 */
export async function ifKnown<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (cause) {
    if (cause instanceof Failure && isUnknown(cause)) return undefined;
    throw cause;
  }
}

/** Parameters, or values of them, that older read models refuse. */
const NEW_PARAMETERS = new Set(["?metric", "?fingerprint"]);

const isUnknown = (failure: Failure): boolean =>
  (failure.status === 404 && failure.why.includes("no such route")) ||
  (failure.status === 422 && failure.violations.some(({ pointer }) => NEW_PARAMETERS.has(pointer)));
