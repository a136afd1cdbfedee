import { expect, test } from "vitest";
import { showChord } from "./chord";

test.each([
  ["ctrl-k", "Ctrl+K"],
  ["meta-k", "⌘K"],
  ["pagedown", "Page down"],
  ["esc", "Esc"],
  ["k", "k"],
  ["G", "G"],
  ["g j", "g then j"],
])("the chord %s is shown as %s", (chord, shown) => {
  expect(showChord(chord)).toBe(shown);
});
