// Links in the terminal: pages of the dashboard open here, other web pages in a new tab.
import { router } from "../router/router.svelte";

/** Opens an address of the terminal. Schemes other than HTTP have no effect. */
export function openLink(address: string): void {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return;
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") return;
  const path = pageOf(url);
  if (path === undefined) window.open(url.href, "_blank", "noopener,noreferrer");
  else router.open(path, Object.fromEntries(url.searchParams));
}

/** The path of a page of this dashboard; `undefined` for other addresses, also those of its APIs and files. */
export function pageOf(url: URL): string | undefined {
  if (url.origin !== location.origin || !url.pathname.startsWith(router.base.pathname)) return undefined;
  const path = "/" + url.pathname.slice(router.base.pathname.length);
  return /^\/(api|docs|assets)(\/|$)|\.[a-z]+$/.test(path) ? undefined : path;
}

const JOB_ID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi;
const SHORT_ID = /\bJob ([0-9a-f]{8})~([0-9a-f]{4,12})\b/;

/**
 * The id of the job whose detail is on the screen: its title has the short id, and its summary all of it. Other ids, of
 * traces or workers, do not match the short one.
 */
export function shownJob(lines: readonly string[]): string | undefined {
  const text = lines.join("\n");
  const [, start, end] = SHORT_ID.exec(text) ?? [];
  if (!start || !end) return undefined;
  return text.match(JOB_ID)?.find((id) => id.startsWith(start) && id.endsWith(end));
}
