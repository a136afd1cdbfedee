import { fireEvent, render, screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import JsonViewer from "./JsonViewer.svelte";

let copied: string[] = [];

beforeEach(() => {
  copied = [];
  // The older way of copying: it works without HTTPS.
  document.execCommand = vi.fn(() => {
    copied.push(document.querySelector<HTMLTextAreaElement>("textarea[readonly]")?.value ?? "");
    return true;
  });
});

const show = (text: string) => render(JsonViewer, { label: "payload", text, pointer: "/payload" });
const tree = (): HTMLElement => screen.getByRole("tree", { name: "payload" });
const textOf = (row: Element | undefined): string => (row?.textContent ?? "").replace(/\s+/g, " ").trim();
const rows = (): string[] => within(tree()).queryAllByRole("treeitem").map(textOf);
const selected = (): string => textOf(within(tree()).getAllByRole("treeitem", { selected: true })[0]);

test("numbers are shown with every digit", () => {
  show('{"amount":12345678901234567890.10}');
  expect(rows()).toEqual(["▾ 1 field", "amount: 12345678901234567890.10"]);
});

test("the keys of the tree move, fold and unfold", async () => {
  show('{"a":{"b":1},"c":2}');
  tree().focus();
  await userEvent.keyboard("{ArrowDown}");
  expect(selected()).toContain("a");
  await userEvent.keyboard("{ArrowLeft}");
  expect(rows()).toHaveLength(3);
  expect(screen.getByRole("treeitem", { selected: true })).toHaveAttribute("aria-expanded", "false");
  await userEvent.keyboard("{ArrowRight}{ArrowRight}");
  expect(selected()).toContain("b");
  await userEvent.keyboard("{ArrowLeft}");
  expect(selected()).toContain("a");
  await userEvent.keyboard("{End}");
  expect(selected()).toContain("c");
  await userEvent.keyboard("{Home}{Enter}");
  expect(rows()).toHaveLength(1);
});

test("z folds every value, and unfolds it again", async () => {
  show('{"a":{"b":1}}');
  await userEvent.keyboard("z");
  expect(rows()).toEqual(['▸ {"a":{"b":1}} 1 field']);
  await userEvent.keyboard("z");
  expect(rows()).toHaveLength(3);
});

test("a search counts the places, goes to each, and unfolds what is around them", async () => {
  show('{"a":{"needle":1},"b":["Needle"],"c":3}');
  await userEvent.keyboard("z");
  await userEvent.keyboard("/");
  expect(screen.getByRole("searchbox")).toHaveFocus();
  await userEvent.keyboard("needle");
  expect(screen.getByText("1 of 2")).toBeInTheDocument();
  await vi.waitFor(() => expect(selected()).toContain("needle"));
  await userEvent.keyboard("{Enter}");
  await vi.waitFor(() => expect(selected()).toContain("Needle"));
  expect(screen.getByText("2 of 2")).toBeInTheDocument();
  await userEvent.keyboard("{Shift>}{Enter}{/Shift}");
  expect(screen.getByText("1 of 2")).toBeInTheDocument();
  await userEvent.keyboard("{Escape}");
  expect(screen.queryByText("1 of 2")).toBeNull();
});

test("a search without a result says so", async () => {
  show('{"a":1}');
  await userEvent.type(screen.getByRole("searchbox"), "zzz");
  expect(screen.getByText("not found")).toBeInTheDocument();
});

test("value and path are copied without HTTPS", async () => {
  show('{"a":[1.10,{"b":"x\\ny"}]}');
  await fireEvent.click(screen.getByText("b"));
  expect(screen.getByText("/payload/a/1/b")).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "Copy the path" }));
  await userEvent.click(screen.getByRole("button", { name: "Copy value" }));
  await userEvent.click(screen.getByRole("button", { name: "Copy all" }));
  expect(copied).toEqual([
    "/payload/a/1/b",
    "x\ny",
    '{\n  "a": [\n    1.10,\n    {\n      "b": "x\\ny"\n    }\n  ]\n}',
  ]);
});

test("c copies the selected value", async () => {
  show('{"a":17}');
  await fireEvent.click(screen.getByText("a"));
  await userEvent.keyboard("c");
  await vi.waitFor(() => expect(copied).toEqual(["17"]));
});

test("a long text is cut, and all of it is shown on demand", async () => {
  show(JSON.stringify({ long: "x".repeat(60_000) }));
  expect(rows()[1]?.length).toBeLessThan(300);
  await userEvent.click(screen.getByText("show all 60,000 characters"));
  const dialog = screen.getByRole("dialog");
  expect(within(dialog).getByRole("region", { name: "Value" }).textContent).toHaveLength(50_000);
  await userEvent.click(within(dialog).getByRole("button", { name: /Show more/ }));
  expect(within(dialog).getByRole("region", { name: "Value" }).textContent).toHaveLength(60_000);
});

test("only rows in view are in the document", () => {
  show(JSON.stringify(Array.from({ length: 5_000 }, (_, index) => index)));
  expect(rows().length).toBeLessThan(60);
});

test("hostile text is shown inert", () => {
  show(JSON.stringify({ "<img src=x onerror=alert(1)>": "\u202eevil\u001b[31m" }));
  expect(document.querySelector("img")).toBeNull();
  expect(rows()[1]).toBe('<img src=x onerror=alert(1)>: "⟨202E⟩evil␛[31m"');
});

test("the text view shows the indented JSON, and is searched by line", async () => {
  show('{"a":1.10,"b":{"c":1.10}}');
  await userEvent.click(screen.getByRole("button", { name: "Text" }));
  const view = screen.getByRole("region", { name: "payload" });
  expect(view).toHaveTextContent('"a": 1.10,');
  await userEvent.type(screen.getByRole("searchbox"), "1.10");
  expect(screen.getByText("1 of 2")).toBeInTheDocument();
});

test("text that is not JSON is shown with the place of the error", () => {
  show("{nope");
  expect(screen.getByText(/This is not JSON: a field name .*line 1, column 2/)).toBeInTheDocument();
});
