import { expect, test, vi } from "vitest";
import { Emulator, type EmulatorOptions } from "./emulator";

type Handler = (...values: never[]) => unknown;

const xterm = vi.hoisted(() => ({
  handlers: {} as Record<string, Handler>,
  written: [] as unknown[],
  size: { cols: 132, rows: 43 } as { cols: number; rows: number } | undefined,
  selection: "",
  hasWebgl: true,
  isWebglGone: false,
  isDisposed: false,
  options: {} as Record<string, unknown>,
}));

vi.mock("@xterm/xterm", () => ({
  Terminal: class {
    cols = 80;
    rows = 3;
    options: Record<string, unknown>;
    parser = {
      registerOscHandler: (code: number, handler: Handler) => (xterm.handlers[`osc${code}`] = handler),
    };
    buffer = {
      active: { viewportY: 0, getLine: (row: number) => ({ translateToString: () => `line ${row}` }) },
    };

    constructor(options: Record<string, unknown>) {
      this.options = options;
      xterm.options = options;
    }
    loadAddon(addon: { activate?: () => void }): void {
      addon.activate?.();
    }
    open(): void {}
    focus(): void {}
    onData = (handler: Handler) => (xterm.handlers.data = handler);
    onBinary = (handler: Handler) => (xterm.handlers.binary = handler);
    onWriteParsed = (handler: Handler) => (xterm.handlers.parsed = handler);
    attachCustomKeyEventHandler = (handler: Handler) => (xterm.handlers.key = handler);
    write(data: unknown, done?: () => void): void {
      xterm.written.push(data);
      done?.();
    }
    resize(cols: number, rows: number): void {
      this.cols = cols;
      this.rows = rows;
    }
    hasSelection = () => xterm.selection !== "";
    getSelection = () => xterm.selection;
    dispose(): void {
      xterm.isDisposed = true;
    }
  },
}));
vi.mock("@xterm/addon-fit", () => ({
  FitAddon: class {
    proposeDimensions = () => xterm.size;
  },
}));
vi.mock("@xterm/addon-serialize", () => ({
  SerializeAddon: class {
    serialize = () => "picture";
  },
}));
vi.mock("@xterm/addon-unicode-graphemes", () => ({ UnicodeGraphemesAddon: vi.fn() }));
vi.mock("@xterm/addon-web-links", () => ({
  WebLinksAddon: function (handler: Handler) {
    xterm.handlers.link = handler;
  },
}));
vi.mock("@xterm/addon-webgl", () => ({
  WebglAddon: class {
    activate(): void {
      if (!xterm.hasWebgl) throw new Error("no WebGL");
    }
    onContextLoss = (handler: Handler) => (xterm.handlers.contextLoss = handler);
    dispose(): void {
      xterm.isWebglGone = true;
    }
  },
}));
vi.mock("@xterm/xterm/css/xterm.css", () => ({}));

function open(changes: Partial<EmulatorOptions> = {}) {
  const calls = { input: [] as number[][], left: 0, copied: [] as string[], changed: 0 };
  const emulator = new Emulator({
    element: document.createElement("div"),
    fontSizePx: 14,
    isDark: true,
    isScreenReaderMode: false,
    oninput: (bytes) => calls.input.push([...bytes]),
    onleave: () => (calls.left += 1),
    oncopy: (text) => calls.copied.push(text),
    onchange: () => (calls.changed += 1),
    ...changes,
  });
  return { emulator, calls };
}

const call = (name: string, ...values: unknown[]): unknown =>
  (xterm.handlers[name] as (...values: unknown[]) => unknown)(...values);

const key = (init: KeyboardEventInit & { key: string }): KeyboardEvent =>
  new KeyboardEvent("keydown", { cancelable: true, ...init });

test("typed text is UTF-8, and mouse reports are bytes", () => {
  const { calls } = open();
  call("data", "ü");
  call("binary", "\x1b[M\xff");
  expect(calls.input).toEqual([
    [0xc3, 0xbc],
    [0x1b, 0x5b, 0x4d, 0xff],
  ]);
});

test("F6 leaves the terminal and is not sent; other keys are", () => {
  const { calls } = open();
  const f6 = key({ key: "F6" });
  expect(call("key", f6)).toBe(false);
  expect(f6.defaultPrevented).toBe(true);
  expect(call("key", key({ key: "a" }))).toBe(true);
  expect(call("key", new KeyboardEvent("keyup", { key: "F6" }))).toBe(true);
  expect(calls.left).toBe(1);
});

test("Ctrl+Shift+C copies the selection if there is one", () => {
  const { calls } = open();
  const chord = { key: "C", code: "KeyC", ctrlKey: true, shiftKey: true };
  xterm.selection = "";
  expect(call("key", key(chord))).toBe(true);
  xterm.selection = "chosen";
  expect(call("key", key(chord))).toBe(false);
  expect(calls.copied).toEqual(["chosen"]);
});

test("a program copies with OSC 52 and cannot read the clipboard", () => {
  const { calls } = open();
  expect(call("osc52", `c;${btoa("hello")}`)).toBe(true);
  expect(call("osc52", "c;?")).toBe(true);
  expect(calls.copied).toEqual(["hello"]);
  expect(calls.input).toEqual([]);
});

test("it fits its element within the limits of the server", () => {
  const { emulator } = open();
  xterm.size = { cols: 132, rows: 43 };
  expect(emulator.fit()).toEqual({ columns: 132, rows: 43 });
  xterm.size = { cols: 2, rows: 900 };
  expect(emulator.fit()).toEqual({ columns: 20, rows: 200 });
  xterm.size = undefined;
  expect(emulator.fit()).toEqual({ columns: 20, rows: 200 });
});

test("clearing is part of the output, so that it happens in order", () => {
  const { emulator } = open();
  xterm.written = [];
  const done = vi.fn();
  emulator.write(new Uint8Array([97]), done);
  emulator.clear();
  emulator.showPicture("picture");
  expect(xterm.written).toEqual([new Uint8Array([97]), "\x1bc", "picture"]);
  expect(done).toHaveBeenCalled();
});

test("a lost WebGL context falls back to elements, and so does a browser without WebGL", () => {
  xterm.isWebglGone = false;
  open();
  call("contextLoss");
  expect(xterm.isWebglGone).toBe(true);
  xterm.hasWebgl = false;
  expect(() => open()).not.toThrow();
  xterm.hasWebgl = true;
});

test("settings change while it is open", () => {
  const { emulator, calls } = open();
  emulator.fontSizePx = 20;
  emulator.isScreenReaderMode = true;
  emulator.isDark = false;
  emulator.focus();
  call("parsed");
  expect(xterm.options).toMatchObject({ fontSize: 20, screenReaderMode: true });
  expect(xterm.options.theme).toMatchObject({ background: "#ffffff" });
  expect(calls.changed).toBe(1);
});

test("the screen is available as lines and as a picture", () => {
  const { emulator } = open();
  expect(emulator.lines()).toEqual(["line 0", "line 1", "line 2"]);
  expect(emulator.shownJob()).toBeUndefined();
  expect(emulator.picture()).toBe("picture");
});

test("closing it restores how elements are created", () => {
  const { emulator } = open();
  emulator.close();
  expect(xterm.isDisposed).toBe(true);
});

test("links open through the handler of the page", () => {
  const spy = vi.spyOn(window, "open").mockReturnValue(null);
  open();
  call("link", new MouseEvent("click"), "https://example.com/");
  (xterm.options.linkHandler as { activate: (event: unknown, address: string) => void }).activate(
    undefined,
    "javascript:alert(1)",
  );
  expect(spy.mock.calls).toEqual([["https://example.com/", "_blank", "noopener,noreferrer"]]);
});
