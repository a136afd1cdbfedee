// The session of the page: who is signed in, and what the page therefore offers. The servers decide again on each call.
import { getSession, signIn, signOut, type Role, type Session } from "../services/session";
import { onUnauthenticated } from "../services/http";
import type { Failure } from "../services/problem";
import { toasts } from "./toasts.svelte";

class SessionState {
  value = $state.raw<Session | undefined>(undefined);
  failure = $state.raw<Failure | undefined>(undefined);

  /** Whether the page must ask for a token first. */
  readonly needsSignIn = $derived(this.value?.authentication === "token" && this.value.caller === null);
  readonly role = $derived<Role | undefined>(
    this.value === undefined
      ? undefined
      : (this.value.caller?.role ?? (this.needsSignIn ? undefined : "admin")),
  );

  readonly canOperate = $derived(this.role === "operate" || this.role === "admin");
  readonly canSubmit = $derived(this.role === "submit" || this.canOperate);
  readonly canRead = $derived(this.role === "read" || this.canOperate);

  constructor() {
    onUnauthenticated(() => {
      // A wrong token at the sign-in is no reason to load the session again.
      if (this.value?.caller) void this.load();
    });
  }

  async load(): Promise<void> {
    try {
      this.value = await getSession();
      this.failure = undefined;
    } catch (cause) {
      this.failure = cause as Failure;
    }
  }

  async signIn(token: string): Promise<void> {
    this.value = await signIn(token);
  }

  async signOut(): Promise<void> {
    try {
      await signOut();
      await this.load();
    } catch (cause) {
      toasts.failed(cause);
    }
  }
}

export const session = new SessionState();
