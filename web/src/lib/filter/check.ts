// Checks the terms of a filter together: the server must accept them, and a job that meets all of them must be possible.
import { FilterError } from "./error";
import type { FilterKey } from "./keys";
import { MAX_NEGATED, MAX_REPEATED } from "./limits";
import type { PlacedTerm } from "./parse";
import { ALL_STATUSES } from "./statuses";
import { keyOf, type Condition } from "./term";
import type { When } from "./when";

const SINGLE: readonly FilterKey[] = ["type", "queue", "since", "until", "id", "fingerprint"];

/** Throws a `FilterError`. */
export function check(terms: readonly PlacedTerm[]): void {
  for (const key of SINGLE) checkSingle(terms, key);
  checkCounts(terms);
  checkOpposites(terms);
  checkStatuses(terms);
  checkTimes(terms);
}

function checkSingle(terms: readonly PlacedTerm[], key: FilterKey): void {
  const second = terms.filter(({ term }) => !term.isNegated && keyOf(term) === key)[1];
  if (!second) return;
  throw new FilterError(
    second.span,
    `${key} is given twice, and a job must meet every term`,
    "remove one of the terms",
  );
}

function checkCounts(terms: readonly PlacedTerm[]): void {
  const counts = new Map<string, number>();
  for (const { span, term } of terms) {
    const key = keyOf(term);
    if (key === "status") continue;
    const most = key === undefined || !term.isNegated ? MAX_REPEATED : MAX_NEGATED;
    const kind = `${term.isNegated ? "!" : ""}${key ?? ""}`;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    if (count <= most) continue;
    const what = key === undefined ? "searched texts" : `terms with ${key}`;
    throw new FilterError(span, `there are more than ${most} ${what}`);
  }
}

function checkOpposites(terms: readonly PlacedTerm[]): void {
  for (const [at, { span, term }] of terms.entries()) {
    const hasOpposite = terms
      .slice(0, at)
      .some(
        (other) => other.term.isNegated !== term.isNegated && areEqual(other.term.condition, term.condition),
      );
    if (!hasOpposite) continue;
    throw new FilterError(
      span,
      "this term is the opposite of one before it, and a job must meet every term",
      "remove one of the two terms",
    );
  }
}

/** Whether the same jobs meet both conditions. Statuses are compared with each other elsewhere. */
function areEqual(one: Condition, other: Condition): boolean {
  if ("text" in one && "text" in other) return lowerAscii(one.text) === lowerAscii(other.text);
  return "name" in one && "name" in other && one.key === other.key && one.name === other.name;
}

const lowerAscii = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

function checkStatuses(terms: readonly PlacedTerm[]): void {
  let possible = [...ALL_STATUSES];
  for (const { span, term } of terms) {
    const { condition, isNegated } = term;
    if (condition.key !== "status") continue;
    possible = possible.filter((status) => condition.statuses.includes(status) !== isNegated);
    if (possible.length > 0) continue;
    throw new FilterError(
      span,
      "no status meets this term and the terms before it",
      "a job has one status; write several in one term: status:FAILED,CANCELLED",
    );
  }
}

function checkTimes(terms: readonly PlacedTerm[]): void {
  let since: When | undefined;
  let until: When | undefined;
  for (const { span, term } of terms) {
    if (term.condition.key === "since") since = term.condition.when;
    else if (term.condition.key === "until") until = term.condition.when;
    else continue;
    if (!isEmpty(since, until)) continue;
    throw new FilterError(
      span,
      "no time is since the one and until the other",
      "since must be earlier than until",
    );
  }
}

function isEmpty(since: When | undefined, until: When | undefined): boolean {
  if (!since || !until) return false;
  if ("at" in since && "at" in until) return since.at >= until.at;
  return "agoMs" in since && "agoMs" in until && since.agoMs <= until.agoMs;
}
