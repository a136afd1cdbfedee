import type { TerminalSession } from "./session";

/**
 * Connects at once when the page or the network comes back, instead of at the end of a delay. Returns a function that
 * stops it.
 */
export function followPage(session: Pick<TerminalSession, "hurry" | "renew">): () => void {
  const onShow = (event: PageTransitionEvent): void => {
    // A page from the back-forward cache has lost its connection and may not know it yet.
    if (event.persisted) session.renew();
  };
  const onOnline = (): void => session.renew();
  const onVisibility = (): void => {
    if (!document.hidden) session.hurry();
  };
  window.addEventListener("pageshow", onShow);
  window.addEventListener("online", onOnline);
  document.addEventListener("visibilitychange", onVisibility);
  return () => {
    window.removeEventListener("pageshow", onShow);
    window.removeEventListener("online", onOnline);
    document.removeEventListener("visibilitychange", onVisibility);
  };
}
