// Client-side navigation. The location is the state: a page reads `router.query` and writes it back with `setQuery`, so
// that the back button, bookmarks and shared links work.
import { SvelteURLSearchParams } from "svelte/reactivity";

/** The path of the page below the base path, always with a leading slash and without a trailing one. */
export function pagePath(url: URL, base: URL): string {
  const path = url.pathname.startsWith(base.pathname)
    ? url.pathname.slice(base.pathname.length)
    : url.pathname;
  return "/" + path.replace(/^\/+|\/+$/g, "");
}

class Router {
  readonly base = new URL(document.baseURI);
  #url = $state.raw(new URL(location.href));
  readonly path = $derived(pagePath(this.#url, this.base));
  readonly query = $derived(new SvelteURLSearchParams(this.#url.search) as URLSearchParams);

  #ask: ((leave: () => void) => void) | undefined;

  constructor() {
    window.addEventListener("popstate", () => this.#onPopState());
    document.addEventListener("click", (event) => this.#onClick(event));
  }

  /** The address of a page, for `href`. */
  href(path: string, query?: Record<string, string | undefined>): string {
    const url = new URL(path.replace(/^\//, ""), this.base);
    for (const [name, value] of Object.entries(query ?? {})) {
      if (value !== undefined && value !== "") url.searchParams.set(name, value);
    }
    return url.pathname + url.search;
  }

  /** Opens a page, with a new entry in the history. */
  open(path: string, query?: Record<string, string | undefined>): void {
    this.#push(this.href(path, query));
  }

  /** Opens a page instead of the current one, without a new entry in the history. */
  replace(path: string): void {
    history.replaceState(null, "", this.href(path));
    this.#read();
  }

  /** Changes parameters of the current page. An empty or missing value removes the parameter. */
  setQuery(changes: Record<string, string | undefined>, { replace = false } = {}): void {
    const url = new URL(this.#url);
    for (const [name, value] of Object.entries(changes)) {
      if (value === undefined || value === "") url.searchParams.delete(name);
      else url.searchParams.set(name, value);
    }
    if (url.href === this.#url.href) return;
    history[replace ? "replaceState" : "pushState"](null, "", url);
    this.#read();
  }

  /**
   * Calls `ask` instead of leaving the page, with a function that leaves it after all. Returns a function that ends this.
   */
  guard(ask: (leave: () => void) => void): () => void {
    this.#ask = ask;
    return () => {
      if (this.#ask === ask) this.#ask = undefined;
    };
  }

  #push(href: string): void {
    const isOtherPage = pagePath(new URL(href, location.origin), this.base) !== this.path;
    if (this.#ask && isOtherPage) return this.#askToLeave(() => this.#push(href));
    if (new URL(href, location.origin).href !== location.href) history.pushState(null, "", href);
    this.#read();
    window.scrollTo(0, 0);
  }

  #onPopState(): void {
    if (!this.#ask || pagePath(new URL(location.href), this.base) === this.path) return this.#read();
    // The browser has left the page already: come back to it until the user has answered.
    history.pushState(null, "", this.#url);
    this.#askToLeave(() => history.back());
  }

  #askToLeave(leave: () => void): void {
    this.#ask?.(() => {
      this.#ask = undefined;
      leave();
    });
  }

  #read(): void {
    this.#url = new URL(location.href);
  }

  #onClick(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element | null)?.closest?.("a[href]") as HTMLAnchorElement | null;
    if (!link || link.target || link.hasAttribute("download")) return;
    const url = new URL(link.href);
    if (url.origin !== location.origin || !url.pathname.startsWith(this.base.pathname)) return;
    const relative = pagePath(url, this.base);
    if (/^\/(api|docs|assets|openapi\.json|metrics|offline)/.test(relative)) return;
    event.preventDefault();
    // A link within the page moves the focus, and is not a navigation.
    if (url.hash && url.pathname === location.pathname && url.search === location.search) {
      document.getElementById(url.hash.slice(1))?.focus();
      return;
    }
    this.#push(url.pathname + url.search);
  }
}

export const router = new Router();
