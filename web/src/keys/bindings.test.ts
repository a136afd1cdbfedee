import { expect, test } from "vitest";
import { BINDINGS, bindingOf } from "./bindings";

test("the texts of keys say what the page does", () => {
  expect(bindingOf("queues").help).toBe("Show the queues");
  expect(bindingOf("services").help).toBe("Show the services");
  expect(bindingOf("freeze").help).toContain("Pause");
});

test("the pages without a digit have sequences of keys, and no sequence has two meanings", () => {
  const sequences = BINDINGS.flatMap(({ keys }) => keys).filter((key) => key.startsWith("g "));
  expect(sequences).toEqual(expect.arrayContaining(["g w", "g d", "g f", "g y"]));
  expect(new Set(sequences).size).toBe(sequences.length);
});
