import { expect, test } from "vitest";
import { linksOf, traceIdOf } from "./jobLinks";

const links = (url: string) => linksOf([{ name: "tool", url }], { id: "a/b", correlationId: "c" });

test("values are encoded in the address", () => {
  expect(links("https://example.com/{id}?c={correlationId}")).toEqual([
    { name: "tool", href: "https://example.com/a%2Fb?c=c" },
  ]);
});

test("a template with an unsafe scheme, or with a name without a value, gives no link", () => {
  expect(links("javascript:alert('{id}')")).toEqual([]);
  expect(links("https://example.com/{traceId}")).toEqual([]);
  expect(links("https://example.com/{constructor}")).toEqual([]);
});

test("the trace id is read from a traceparent", () => {
  const id = "0af7651916cd43dd8448eb211c80319c";
  expect(traceIdOf(`00-${id}-b7ad6b7169203331-01`)).toBe(id);
  expect(traceIdOf(undefined)).toBeUndefined();
  expect(traceIdOf("nonsense")).toBeUndefined();
});
