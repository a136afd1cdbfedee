const SAFE_PROTOCOLS = new Set(["http:", "https:", "mailto:"]);

/** Returns the address if its scheme is safe to open, else `undefined`. Relative addresses are relative to the page. */
export function safeHref(address: string | undefined): string | undefined {
  if (!address) return undefined;
  try {
    const url = new URL(address, document.baseURI);
    return SAFE_PROTOCOLS.has(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}
