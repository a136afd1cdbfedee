// Who uses the page, and what they may do.
import { json, send } from "./http";

export type Role = "submit" | "read" | "operate" | "admin";

export interface Session {
  authentication: "none" | "token";
  caller: { name: string; role: Role } | null;
  version: string;
  terminal: { configured: boolean };
}

export const getSession = (signal?: AbortSignal): Promise<Session> =>
  json({ what: "Load the session", path: "session", signal });

export const signIn = (token: string): Promise<Session> =>
  json({ what: "Sign in", method: "POST", path: "session", body: { token } });

export const signOut = (): Promise<void> =>
  send({ what: "Sign out", method: "DELETE", path: "session" }).then(() => undefined);
