import "@testing-library/jest-dom/vitest";
import { cleanup } from "@testing-library/svelte";
import { afterAll, afterEach, beforeEach, vi } from "vitest";

// jsdom has no layout and none of these; the page needs only that they exist.
HTMLDialogElement.prototype.showModal ??= function showModal(this: HTMLDialogElement) {
  this.open = true;
};
HTMLDialogElement.prototype.close ??= function close(this: HTMLDialogElement) {
  this.open = false;
  this.dispatchEvent(new Event("close"));
};
Element.prototype.scrollIntoView ??= () => {};
HTMLElement.prototype.hidePopover ??= () => {};
globalThis.ResizeObserver ??= class {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
};
window.matchMedia ??= (media: string) =>
  ({ media, matches: false, addEventListener() {}, removeEventListener() {} }) as unknown as MediaQueryList;

// Charts draw on a canvas that keeps nothing.
const context = new Proxy(
  {},
  { get: (_, name) => (name === "measureText" ? () => ({ width: 0 }) : () => undefined), set: () => true },
);
HTMLCanvasElement.prototype.getContext = (() => context) as unknown as HTMLCanvasElement["getContext"];
globalThis.Path2D ??= class {
  moveTo(): void {}
  lineTo(): void {}
  rect(): void {}
  arc(): void {}
  closePath(): void {}
} as unknown as typeof Path2D;

// A timer or an import that outlives the tests of its file would find no page, and fail the run although no test failed.
const timers = new Set<ReturnType<typeof setTimeout>>();
for (const name of ["setTimeout", "setInterval"] as const) {
  const start = globalThis[name] as typeof setTimeout;
  const recorded: typeof start = Object.assign((...parameters: Parameters<typeof start>) => {
    const timer = start(...parameters);
    timers.add(timer);
    return timer;
  }, start);
  (globalThis as Record<string, unknown>)[name] = recorded;
}
afterAll(async () => {
  await vi.dynamicImportSettled();
  timers.forEach((timer) => clearTimeout(timer));
});

beforeEach(() => {
  localStorage.clear();
  window.history.replaceState(null, "", "/");
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network in unit tests")));
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});
