import { describe, expect, test } from "vitest";
import shared from "../../../../contracts/fixtures/filters.json";
import { completions, type KnownValues } from "./completion";
import { parseFilter, printFilter } from "./jobFilter";
import { KEYS } from "./keys";
import { filterTerm } from "./quote";
import { toQuery } from "./toQuery";
import { formatInstant, parseWhen } from "./when";

interface Case {
  filter: string;
  printed?: string;
  query?: Record<string, string[]>;
  error?: { span: number[]; what: string; hint: string | null; replacement: string | null };
}

const cases = shared.cases as Case[];
const now = parseWhen(shared.now);
if (!now || !("at" in now)) throw new Error("the shared cases have no time");
const nowMicros = now.at;

const bytes = (text: string): number => new TextEncoder().encode(text).length;

/** What a case must contain, from the parser of the page. */
function outcome(text: string): Case {
  const { filter, error } = parseFilter(text);
  if (error) {
    const { span, what, hint, replacement } = error;
    return {
      filter: text,
      error: {
        span: [bytes(text.slice(0, span.start)), bytes(text.slice(0, span.end))],
        what,
        hint: hint ?? null,
        replacement: replacement ?? null,
      },
    };
  }
  const query: Record<string, string[]> = {};
  for (const [name, value] of Object.entries(toQuery(filter, nowMicros))) {
    // The client sends a list of statuses as one parameter.
    query[name] = name === "status" ? [(value as string[]).join(",")] : [value].flat().map(String);
  }
  return { filter: text, printed: printFilter(filter), query };
}

describe("the filter language", () => {
  test.each(cases.map((one) => [one.filter.slice(0, 60), one] as const))(
    "has the meaning of the shared case %j",
    (_, expected) => {
      expect(outcome(expected.filter)).toEqual(expected);
    },
  );

  test("a printed filter means the same", () => {
    for (const { printed, query } of cases.filter(({ error }) => !error)) {
      expect(outcome(printed ?? "")).toMatchObject({ printed, query });
    }
  });

  test("a fingerprint is 16 hexadecimal digits", () => {
    expect(outcome("fingerprint:9F86d081884c7d65").query).toEqual({ fingerprint: ["9f86d081884c7d65"] });
    expect(outcome("fingerprint:9f86").error?.what).toBe("fingerprint must be 16 hexadecimal digits");
    expect(outcome("!fingerprint:9f86d081884c7d65").error?.what).toBe("fingerprint cannot be negated");
    expect(outcome("fingreprint:x").error?.replacement).toBe("fingerprint");
  });

  test("an unknown key without a likely one lists the keys", () => {
    expect(outcome("http://x").error?.hint).toContain('put it in quotes: "http://x"');
  });
});

test("instants outside of the calendar are sent as its ends", () => {
  expect(formatInstant(10n ** 18n)).toBe("9999-12-30T22:00:00.000000Z");
  expect(formatInstant(-(10n ** 18n))).toBe("0000-01-01T00:00:00.000000Z");
  expect(formatInstant(-1n)).toBe("1969-12-31T23:59:59.999999Z");
});

describe("completions", () => {
  const known: KnownValues = {
    types: ["email.send", "email", "mail"],
    queues: ["slow"],
    tags: ["two words"],
  };
  const texts = (filter: string, cursor = filter.length) =>
    completions(filter, cursor, known).map(({ text }) => text);

  test("are keys, statuses and known values", () => {
    expect(texts("")).toHaveLength(KEYS.length);
    expect(texts("type:a s")).toEqual(["status:", "since:"]);
    expect(texts("!")).toEqual(["status:", "type:", "queue:", "tag:"]);
    expect(texts("status:FAILED,c")).toEqual(["COMPLETED", "CANCELLED"]);
    expect(texts("status:FAILED,")).toHaveLength(7);
    expect(texts("type:ma")).toEqual(["mail", "email.send", "email"]);
    expect(texts("!queue:S")).toEqual(["slow"]);
    expect(texts('tag:"two')).toEqual(['"two words"']);
    expect(texts("since:1")).toEqual(["15m", "1h", "1d"]);
    expect(texts('"sta')).toEqual([]);
    expect(texts("nokey:x")).toEqual([]);
  });

  test("replace the word at the cursor", () => {
    expect(completions("sta:FAILED type:x", 2, known)[0]).toMatchObject({
      span: { start: 0, end: 3 },
      text: "status",
    });
    expect(completions("status:FA,PENDING", 9, known)[0]).toMatchObject({
      span: { start: 7, end: 9 },
      text: "FAILED",
    });
    expect(texts("!x", 0)).toEqual([]);
  });
});

test("a term for a value selects that very value", () => {
  expect(filterTerm("tag", "nightly")).toBe("tag:nightly");
  for (const name of ["nightly", 'a "b"\\', "a:b", "!a", "C:\\x", "x\u00a0y"]) {
    expect(parseFilter(filterTerm("tag", name)).filter?.terms).toEqual([
      { isNegated: false, condition: { key: "tag", name } },
    ]);
  }
});
