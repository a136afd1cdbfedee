/**
 * When a job was created, from the time in an id of version 7 (RFC 9562, section 5.7), to a millisecond. Other ids, which
 * clients may choose, do not tell.
 */
export function createdAtOf(id: string): string | undefined {
  const digits = id.replaceAll("-", "");
  const ms = Number.parseInt(digits.slice(0, 12), 16);
  return digits[12] === "7" && Number.isFinite(ms) ? new Date(ms).toISOString() : undefined;
}

/** Whether the text has the form of an id. */
export const isJobId = (text: string): boolean => /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text);
