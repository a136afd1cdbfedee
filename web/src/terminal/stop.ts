// Why a terminal stops to connect, and what the user can do about it.
import type { Failure } from "../services/problem";
import { CLOSE } from "./protocol";

/** What a button offers after the terminal has stopped. */
export type StopAction = "reconnect" | "new-session" | "read-only" | "no-view" | "sign-in" | "reload-page";

export interface Stop {
  what: string;
  why: string;
  actions: StopAction[];
}

/** The reason to stop for a close code; `undefined` if the page should connect again by itself. */
export function stopOfClose(code: number, exitCode: number | undefined): Stop | undefined {
  switch (code) {
    case CLOSE.AUTHENTICATION:
      return {
        what: "The terminal requires a new sign-in",
        why: "The permission to open it is no longer valid.",
        actions: ["sign-in", "reconnect"],
      };
    case CLOSE.IDLE:
      return {
        what: "The terminal was disconnected",
        why: "Nothing was typed for a long time.",
        actions: ["reconnect"],
      };
    case CLOSE.TAKEN_OVER:
      return {
        what: "The terminal is open elsewhere",
        why: "Another tab or window has attached to this session.",
        actions: ["reconnect", "new-session"],
      };
    case CLOSE.GONE:
      return {
        what: "The program in the terminal has ended",
        why: exitCode ? `Its exit code is ${exitCode}.` : "It was closed, or its session expired.",
        actions: ["new-session"],
      };
    case CLOSE.TOO_MANY:
      return {
        what: "The terminal was disconnected",
        why: "There was too much input, or there are too many terminals.",
        actions: ["reconnect"],
      };
    case CLOSE.PROTOCOL:
    case CLOSE.TOO_LARGE:
      return {
        what: "The terminal server refused a message of this page",
        why: "The page and the server probably have different versions.",
        actions: ["reload-page"],
      };
    default:
      return undefined;
  }
}

/** Why a page connects again by itself, for a close code that is no reason to stop. */
export function reasonToWait(code: number): string {
  switch (code) {
    case CLOSE.GOING_AWAY:
    case CLOSE.RESTART:
      return "the terminal server restarts";
    case CLOSE.FAILED:
      return "the terminal server cannot start the program";
    default:
      return "the connection was lost";
  }
}

/** The reason to stop for a refused ticket; `undefined` if the page should try again by itself. */
export function stopOfTicket(
  failure: Failure,
  isReconnect: boolean,
  isInteractive: boolean,
): Stop | undefined {
  const why = sentence(failure.why);
  if (isReconnect && (failure.status === 404 || failure.status === 410)) {
    return { what: "The session of the terminal has ended", why, actions: ["new-session"] };
  }
  switch (failure.status) {
    case 401:
      return { what: "The terminal requires a sign-in", why, actions: ["sign-in"] };
    case 403:
      return {
        what: isInteractive ? "An interactive terminal is not allowed" : "A terminal is not allowed",
        why,
        actions: isInteractive ? ["read-only"] : ["sign-in"],
      };
    case 422:
      return { what: "The terminal cannot show this", why: violation(failure) ?? why, actions: ["no-view"] };
    case 429:
      return { what: "There are too many terminals", why: withLimit(why), actions: ["reconnect"] };
    case 404:
      return undefined;
    default:
      return failure.isTransient
        ? undefined
        : { what: "The terminal could not be opened", why, actions: ["reconnect"] };
  }
}

/** Names the setting where the limit is that of one client. */
const withLimit = (why: string): string =>
  /^This client/.test(why) ? `${why} The setting ODD_PTY_MAX_SESSIONS_PER_CLIENT is the limit.` : why;

function violation(failure: Failure): string | undefined {
  const first = failure.violations[0];
  return first && sentence(first.message);
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
