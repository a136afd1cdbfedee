import { expect, test } from "vitest";
import { codeSpans } from "./codeSpans";
import { templateProblem } from "./linkTemplate";

test.each([
  "https://a.example/{id}",
  "http://a.example/?q={correlationId}&t={type}",
  "mailto:a@b.example?subject={queue}",
])("%s is a valid template", (url) => {
  expect(templateProblem(url)).toBeUndefined();
});

test.each([
  ["https://a.example/", "at least one value"],
  ["https://a.example/{secret}", "{secret} is not known"],
  ["https://a.example/{}", "{} is not known"],
  ["/jobs/{id}", "the whole address"],
  ["javascript:alert({id})", "Only http"],
  ["data:text/html,{id}", "Only http"],
  ["https://{id}:x/", "Only http"],
])("%s is refused with the reason", (url, reason) => {
  expect(templateProblem(url)).toContain(reason);
});

test("text between backticks is code", () => {
  expect(codeSpans("Run `a b`, then `c`.")).toEqual([
    { text: "Run ", isCode: false },
    { text: "a b", isCode: true },
    { text: ", then ", isCode: false },
    { text: "c", isCode: true },
    { text: ".", isCode: false },
  ]);
});

test("a single backtick is text", () => {
  expect(codeSpans("a`b")).toEqual([{ text: "a`b", isCode: false }]);
  expect(codeSpans("`a` b`c").map(({ text }) => text)).toEqual(["a", " b`c"]);
});
