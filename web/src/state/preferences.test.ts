import { beforeEach, expect, test } from "vitest";
import { preferences } from "./preferences.svelte";

const KEY = "odd-dashboard";
const view = (name: string) => ({ name, query: "" });

/** What another tab does: it writes its choices, and this page is told. */
function otherTab(values: object): void {
  localStorage.setItem(KEY, JSON.stringify(values));
  window.dispatchEvent(new StorageEvent("storage", { key: KEY }));
}

const stored = (): Record<string, unknown> => JSON.parse(localStorage.getItem(KEY) ?? "{}");

beforeEach(() => preferences.reset());

test("a choice keeps what another tab has stored meanwhile", () => {
  preferences.set("views", [view("mine")]);
  localStorage.setItem(KEY, JSON.stringify({ ...stored(), views: [view("mine"), view("other")] }));
  preferences.set("theme", "dark");
  expect(stored()).toMatchObject({ theme: "dark", views: [view("mine"), view("other")] });
  expect(preferences.values.views).toEqual([view("mine"), view("other")]);
});

test("a choice in another tab is shown here", () => {
  otherTab({ theme: "light", motion: "off" });
  expect(preferences.values.theme).toBe("light");
  expect(document.documentElement.dataset).toMatchObject({ theme: "light", motion: "off" });
  localStorage.clear();
  window.dispatchEvent(new StorageEvent("storage", { key: null }));
  expect(preferences.values.theme).toBe("system");
});

test("what other programs store under this address changes nothing", () => {
  preferences.set("time", "utc");
  localStorage.removeItem(KEY);
  window.dispatchEvent(new StorageEvent("storage", { key: "something else" }));
  expect(preferences.values.time).toBe("utc");
});

test.each([
  ["reads and writes", ["getItem", "setItem"]],
  ["writes", ["setItem"]],
] as const)("a browser that refuses %s keeps the choices until the page is closed", (_, methods) => {
  const { getItem, setItem } = Storage.prototype;
  for (const method of methods) {
    Storage.prototype[method] = () => {
      throw new DOMException("refused", "SecurityError");
    };
  }
  try {
    preferences.set("theme", "dark");
    preferences.set("time", "utc");
    expect(preferences.values).toMatchObject({ theme: "dark", time: "utc" });
  } finally {
    Object.assign(Storage.prototype, { getItem, setItem });
  }
});
