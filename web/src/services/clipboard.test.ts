import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { copyText } from "./clipboard";

/** The selected text at the time of the command to copy. */
let copied: string | undefined;

beforeEach(() => {
  copied = undefined;
  document.execCommand = () => {
    const area = document.activeElement as HTMLTextAreaElement;
    copied = area.value?.slice(area.selectionStart, area.selectionEnd);
    return true;
  };
  // Browsers keep the focus in a modal dialog; jsdom does not.
  vi.spyOn(HTMLTextAreaElement.prototype, "focus").mockImplementation(function focus(this: HTMLElement) {
    if (this.closest("dialog") === document.querySelector("dialog")) HTMLElement.prototype.focus.call(this);
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  document.body.innerHTML = "";
});

test("text is copied without the clipboard API, and the focus returns", async () => {
  document.body.innerHTML = "<button>Copy</button>";
  document.querySelector("button")?.focus();
  expect(await copyText("a\nb")).toBe(true);
  expect(copied).toBe("a\nb");
  expect(document.querySelector("button")).toHaveFocus();
  expect(document.querySelector("textarea")).toBeNull();
});

test("text is copied in a modal dialog", async () => {
  document.body.innerHTML = "<dialog open><button>Copy</button></dialog>";
  document.querySelector("button")?.focus();
  expect(await copyText("inside")).toBe(true);
  expect(copied).toBe("inside");
});

test("nothing is called copied that could not be selected", async () => {
  vi.spyOn(HTMLTextAreaElement.prototype, "focus").mockImplementation(() => {});
  expect(await copyText("text")).toBe(false);
  expect(copied).toBeUndefined();
});
