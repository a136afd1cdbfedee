// Short forms of job ids, as crates/interfaces/client/src/short_ids.rs has them. Every command and filter accepts them.
import { ID_DIGITS, SEPARATOR } from "./filter/jobRef";

const PREFIX = 8;

/** Digits after the separator, unless other ids need more. */
const SUFFIX = 4;

const digitsOf = (id: string): string => id.replaceAll("-", "");

const withSuffix = (digits: string, suffix: number): string =>
  digits.slice(0, PREFIX) + SEPARATOR + digits.slice(ID_DIGITS - suffix);

/** The first eight and the last four digits of an id, as in `0192f0c1~7c11`. */
export const shortId = (id: string): string => withSuffix(digitsOf(id), SUFFIX);

/** The short forms of ids that are shown together. Those that would be equal have more digits at the end. */
export function shortIds(ids: Iterable<string>): Map<string, string> {
  const groups = new Map<string, string[]>();
  for (const id of new Set(ids)) {
    const short = shortId(id);
    const group = groups.get(short);
    if (group) group.push(id);
    else groups.set(short, [id]);
  }
  const texts = new Map<string, string>();
  for (const [short, group] of groups) {
    const suffix = group.length === 1 ? SUFFIX : distinctSuffix(group.map(digitsOf));
    for (const id of group) texts.set(id, group.length === 1 ? short : withSuffix(digitsOf(id), suffix));
  }
  return texts;
}

/** The length of the shortest suffixes that are all different. Ids with the same first digits differ in the others. */
function distinctSuffix(group: string[]): number {
  for (let length = SUFFIX; length < ID_DIGITS - PREFIX; length += 1) {
    if (new Set(group.map((digits) => digits.slice(-length))).size === group.length) return length;
  }
  return ID_DIGITS - PREFIX;
}
