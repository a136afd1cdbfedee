import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { useStyledElements } from "./styledElements";

class FakeSheet {
  rules = "";
  replaceSync(rules: string): void {
    this.rules = rules;
  }
}

const sheets = (): FakeSheet[] => document.adoptedStyleSheets as unknown as FakeSheet[];

beforeEach(() => {
  vi.stubGlobal("CSSStyleSheet", FakeSheet);
  document.adoptedStyleSheets = [];
});

afterEach(() => Reflect.deleteProperty(document, "adoptedStyleSheets"));

test("the text of a style element is a style sheet of the document until it is removed", () => {
  const restore = useStyledElements();
  const element = document.createElement("style");
  document.body.append(element);
  element.textContent = ".a { color: red }";
  expect(sheets().map((sheet) => sheet.rules)).toEqual([".a { color: red }"]);
  expect(element.textContent).toBe(".a { color: red }");
  expect(document.querySelector("style")).toBeNull();
  element.remove();
  expect(sheets()).toEqual([]);
  expect(element.isConnected).toBe(false);
  restore();
});

test("the style attribute of a cell sets its properties, and other attributes are kept", () => {
  const restore = useStyledElements();
  const cell = document.createElement("span");
  cell.setAttribute("style", "color: red;");
  cell.setAttribute("title", "x");
  expect(cell.style.color).toBe("red");
  expect(cell.title).toBe("x");
  expect(document.createElement("div").tagName).toBe("DIV");
  restore();
});

test("elements are created as usual after the last user has restored it", () => {
  const first = useStyledElements();
  const second = useStyledElements();
  first();
  first();
  expect(document.createElement("style").tagName).toBe("SPAN");
  second();
  expect(document.createElement("style").tagName).toBe("STYLE");
});
