import type { StopAction } from "./stop";

/** The text of the button for each action. */
export const STOP_LABELS: Record<StopAction, string> = {
  reconnect: "Connect again",
  "new-session": "Start a new session",
  "read-only": "Open it read-only",
  "no-view": "Show the overview",
  "sign-in": "Sign in",
  "reload-page": "Load the page again",
};
