import { render, screen } from "@testing-library/svelte";
import { expect, test } from "vitest";
import SchemaView from "./SchemaView.svelte";

test("fields whose paths are written in the same way are all shown", () => {
  render(SchemaView, {
    schema: {
      properties: {
        "a.b": { type: "string" },
        a: { type: "object", properties: { b: { type: "integer" } } },
      },
    },
  });
  expect(screen.getAllByRole("rowheader", { name: "a.b" })).toHaveLength(2);
});
