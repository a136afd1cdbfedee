/** Longest text that a program in the terminal may copy. */
const LIMIT_BYTES = 100_000;

/**
 * The text of a control sequence OSC 52, which programs use to copy to the clipboard: `c;` and the text in base64. Returns
 * `undefined` for everything else, also for the request to read the clipboard, which the page never answers.
 */
export function copiedText(data: string): string | undefined {
  const encoded = /^[cps0-7]*;([A-Za-z0-9+/]*={0,2})$/.exec(data)?.[1];
  if (!encoded || encoded.length > (LIMIT_BYTES * 4) / 3) return undefined;
  try {
    const bytes = Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
