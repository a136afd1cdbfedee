import { afterEach, expect, test, vi } from "vitest";
import { router } from "../router/router.svelte";
import { followPage } from "./followPage";
import { fontSizePx } from "./fontSize";
import { openLink, pageOf, shownJob } from "./links";
import { isSameView, tabMemory } from "./memory";
import { copiedText } from "./osc52";
import { mirrored, terminalTheme } from "./palette";
import { clampSize } from "./protocol";
import { viewOf } from "./view";

afterEach(() => sessionStorage.clear());

const base64 = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

test("OSC 52 copies text, also outside of ASCII", () => {
  expect(copiedText(`c;${base64("grün")}`)).toBe("grün");
});

test.each(["c;?", "c;", "c;###", "x", `c;${"A".repeat(200_000)}`, "c;gICA"])(
  "OSC 52 with %.20s copies nothing",
  (data) => {
    expect(copiedText(data)).toBeUndefined();
  },
);

test("links to pages of the dashboard open in the page", () => {
  const open = vi.spyOn(window, "open").mockReturnValue(null);
  openLink(`${location.origin}/jobs/7?tab=log`);
  expect(router.path).toBe("/jobs/7");
  expect(router.query.get("tab")).toBe("log");
  expect(open).not.toHaveBeenCalled();
});

test("links to other sites open in a new tab without access to this one", () => {
  const open = vi.spyOn(window, "open").mockReturnValue(null);
  openLink("https://example.com/a");
  expect(open).toHaveBeenCalledWith("https://example.com/a", "_blank", "noopener,noreferrer");
});

test.each(["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "no address"])(
  "the link %s has no effect",
  (address) => {
    const open = vi.spyOn(window, "open").mockReturnValue(null);
    openLink(address);
    expect(open).not.toHaveBeenCalled();
  },
);

test("addresses of APIs and files are not pages", () => {
  expect(pageOf(new URL("/api/gateway/docs/", location.href))).toBeUndefined();
  expect(pageOf(new URL("/assets/index.js", location.href))).toBeUndefined();
  expect(pageOf(new URL("/jobs", location.href))).toBe("/jobs");
});

test("the job on the screen is the one whose short id is in the title", () => {
  const id = "01a22cd6-1678-73c1-a8a5-33d6d8a4626d";
  const trace = "5137e3b7-cb93-4213-b971-c59cd7c573ac";
  expect(shownJob([" Job 01a22cd6~626d ", `trace ${trace}`, `id ${id}`])).toBe(id);
  expect(shownJob([`id ${id}`])).toBeUndefined();
  expect(shownJob([" Job 01a22cd6~626d ", trace])).toBeUndefined();
});

test("the address of the page selects the view", () => {
  const view = (query: string) => viewOf(new URLSearchParams(query));
  expect(view("")).toEqual({});
  expect(view("job=7")).toEqual({ view: "jobs", jobId: "7" });
  expect(view("view=jobs&filter=status:FAILED")).toEqual({ view: "jobs", filter: "status:FAILED" });
  expect(view("view=alerts")).toEqual({ view: "alerts" });
  expect(view("view=shell")).toEqual({});
});

test("a tab remembers the session of the caller, and nobody else's", () => {
  const remembered = { reconnectToken: "t", mode: "read-only" as const, view: { view: "jobs" as const } };
  tabMemory("ops").save(remembered);
  tabMemory("ops").savePicture("screen");
  expect(tabMemory("ops").load()).toEqual(remembered);
  expect(tabMemory("ops").loadPicture()).toBe("screen");
  expect(tabMemory("eve").load()).toBeUndefined();
  expect(tabMemory("eve").loadPicture()).toBeUndefined();
  tabMemory("ops").clear();
  expect(tabMemory("ops").load()).toBeUndefined();
  expect(tabMemory("ops").loadPicture()).toBeUndefined();
});

test("a picture that is too large is not kept", () => {
  tabMemory("ops").savePicture("x".repeat(600_000));
  expect(tabMemory("ops").loadPicture()).toBeUndefined();
});

test("a browser without storage remembers nothing and reports no error", () => {
  vi.spyOn(Storage.prototype, "getItem").mockImplementation(() => {
    throw new DOMException("refused");
  });
  vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
    throw new DOMException("refused");
  });
  tabMemory("ops").savePicture("screen");
  expect(tabMemory("ops").load()).toBeUndefined();
});

test("views are the same if all their parts are", () => {
  expect(isSameView({ view: "jobs", filter: "a" }, { filter: "a", view: "jobs" })).toBe(true);
  expect(isSameView({ view: "jobs" }, { view: "jobs", jobId: "7" })).toBe(false);
});

test("the automatic size of the font keeps sixty columns, as far as it stays readable", () => {
  expect(fontSizePx(0, 1_200)).toBe(14);
  expect(fontSizePx(0, 310)).toBe(8.5);
  expect(fontSizePx(0, 100)).toBe(8);
  expect(fontSizePx(20, 100)).toBe(20);
});

test("sizes are whole numbers within the limits of the server", () => {
  expect(clampSize({ columns: 80.7, rows: 1_000 })).toEqual({ columns: 80, rows: 200 });
  expect(clampSize({ columns: 1, rows: 1 })).toEqual({ columns: 20, rows: 5 });
});

function contrast(a: string, b: string): number {
  const luminance = (colour: string): number => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

test.each([true, false])("text is readable on the background (dark: %s)", (isDark) => {
  const theme = terminalTheme(isDark);
  const background = theme.background ?? "";
  expect(contrast(theme.foreground ?? "", background)).toBeGreaterThan(7);
  expect(theme.extendedAnsi).toHaveLength(240);
});

test("dark colours become light on the light page and keep their hue", () => {
  expect(mirrored([58, 58, 58]).every((part) => part > 220)).toBe(true);
  const [red, green, blue] = mirrored([135, 215, 255]);
  expect(blue).toBeGreaterThan(green);
  expect(green).toBeGreaterThan(red);
});

test("the page and the network wake the session", () => {
  const session = { hurry: vi.fn(), renew: vi.fn() };
  const stop = followPage(session);
  window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: false }));
  expect(session.renew).not.toHaveBeenCalled();
  window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
  expect(session.renew).toHaveBeenCalledTimes(1);
  window.dispatchEvent(new Event("online"));
  expect(session.renew).toHaveBeenCalledTimes(2);
  document.dispatchEvent(new Event("visibilitychange"));
  expect(session.hurry).toHaveBeenCalledTimes(1);
  stop();
  window.dispatchEvent(new Event("online"));
  document.dispatchEvent(new Event("visibilitychange"));
  expect(session.renew).toHaveBeenCalledTimes(2);
  expect(session.hurry).toHaveBeenCalledTimes(1);
});
