/** What a person types to name a job: its id, its short id, or the first digits of its id. */
export interface JobRef {
  /** First hexadecimal digits, without hyphens, in lower case; 32 of them are the whole id. */
  prefix: string;
  /** Last digits. */
  suffix?: string;
}

/** Separates the beginning of an id from its end. */
export const SEPARATOR = "~";

export const INVALID_JOB_REF =
  "must be a job id, a short id such as 0192f0c1~7c11, or the first 8 or more hexadecimal digits of an id";

export const ID_DIGITS = 32;

export function parseJobRef(text: string): JobRef | undefined {
  const separator = text.indexOf(SEPARATOR);
  if (separator < 0) {
    const prefix = digits(text);
    return prefix !== undefined && prefix.length >= 8 ? { prefix } : undefined;
  }
  const prefix = digits(text.slice(0, separator));
  const suffix = digits(text.slice(separator + 1));
  return prefix === undefined || suffix === undefined ? undefined : { prefix, suffix };
}

/** Reads 4 to 32 digits that may have hyphens between them, as those of a UUID. */
function digits(text: string): string | undefined {
  const plain = text.replaceAll("-", "");
  return /^[0-9a-f]{4,32}$/i.test(plain) ? plain.toLowerCase() : undefined;
}

export function printJobRef({ prefix, suffix }: JobRef): string {
  if (suffix !== undefined) return prefix + SEPARATOR + suffix;
  return prefix.length === ID_DIGITS ? hyphenated(prefix) : prefix;
}

function hyphenated(id: string): string {
  return [id.slice(0, 8), id.slice(8, 12), id.slice(12, 16), id.slice(16, 20), id.slice(20)].join("-");
}

export function refMatches({ prefix, suffix }: JobRef, id: string): boolean {
  const plain = id.replaceAll("-", "").toLowerCase();
  return plain.startsWith(prefix) && (suffix === undefined || plain.endsWith(suffix));
}
