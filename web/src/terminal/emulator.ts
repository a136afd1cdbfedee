// The terminal emulator: xterm.js with its add-ons, in an element of the page.
import { FitAddon } from "@xterm/addon-fit";
import { SerializeAddon } from "@xterm/addon-serialize";
import { UnicodeGraphemesAddon } from "@xterm/addon-unicode-graphemes";
import { WebLinksAddon } from "@xterm/addon-web-links";
import { WebglAddon } from "@xterm/addon-webgl";
import { Terminal } from "@xterm/xterm";
import "@xterm/xterm/css/xterm.css";
import { openLink, shownJob } from "./links";
import { copiedText } from "./osc52";
import { terminalTheme } from "./palette";
import { clampSize, type TerminalSize } from "./protocol";
import type { Screen } from "./session";
import { useStyledElements } from "./styledElements";

const FONT = '"JetBrains Mono"';
/** Full reset: the emulator clears everything, in the order of the output. */
const RESET = "\x1bc";

export interface EmulatorOptions {
  element: HTMLElement;
  fontSizePx: number;
  isDark: boolean;
  isScreenReaderMode: boolean;
  /** Bytes that the user has typed or pasted, or that the emulator answers. */
  oninput: (bytes: Uint8Array) => void;
  /** The user wants to leave the terminal with the keyboard. */
  onleave: () => void;
  /** A program copies text to the clipboard. */
  oncopy: (text: string) => void;
  /** The screen has changed. */
  onchange: () => void;
}

/** Loads the font, because the emulator measures its characters once. */
export const loadFont = (): Promise<unknown> => document.fonts.load(`14px ${FONT}`).catch(() => undefined);

export class Emulator implements Screen {
  #terminal: Terminal;
  #fit = new FitAddon();
  #serialize = new SerializeAddon();
  #restoreElements = useStyledElements();

  constructor(options: EmulatorOptions) {
    const terminal = new Terminal({
      // The add-on for graphemes uses an interface that is not stable yet.
      allowProposedApi: true,
      fontFamily: `${FONT}, ui-monospace, monospace`,
      fontSize: options.fontSizePx,
      theme: terminalTheme(options.isDark),
      minimumContrastRatio: 4.5,
      screenReaderMode: options.isScreenReaderMode,
      scrollback: 0,
      macOptionIsMeta: true,
      logLevel: "off",
      linkHandler: { activate: (_, address) => openLink(address) },
    });
    this.#terminal = terminal;
    terminal.loadAddon(this.#fit);
    terminal.loadAddon(this.#serialize);
    terminal.loadAddon(new UnicodeGraphemesAddon());
    terminal.loadAddon(new WebLinksAddon((_, address) => openLink(address)));
    terminal.open(options.element);
    this.#useWebgl();

    const encoder = new TextEncoder();
    terminal.onData((text) => options.oninput(encoder.encode(text)));
    terminal.onBinary((text) => options.oninput(Uint8Array.from(text, (char) => char.charCodeAt(0))));
    terminal.onWriteParsed(options.onchange);
    terminal.parser.registerOscHandler(52, (data) => {
      const text = copiedText(data);
      if (text !== undefined) options.oncopy(text);
      return true;
    });
    terminal.attachCustomKeyEventHandler((event) => this.#onKey(event, options));
  }

  write(bytes: Uint8Array, done: () => void): void {
    this.#terminal.write(bytes, done);
  }

  clear(): void {
    this.#terminal.write(RESET);
  }

  /** Fits the emulator into its element. */
  fit(): TerminalSize {
    const fitting = this.#fit.proposeDimensions();
    if (fitting && Number.isFinite(fitting.cols) && Number.isFinite(fitting.rows)) {
      const { columns, rows } = clampSize({ columns: fitting.cols, rows: fitting.rows });
      this.#terminal.resize(columns, rows);
    }
    return { columns: this.#terminal.cols, rows: this.#terminal.rows };
  }

  focus(): void {
    this.#terminal.focus();
  }

  set fontSizePx(size: number) {
    this.#terminal.options.fontSize = size;
  }

  set isDark(isDark: boolean) {
    this.#terminal.options.theme = terminalTheme(isDark);
  }

  set isScreenReaderMode(isOn: boolean) {
    this.#terminal.options.screenReaderMode = isOn;
  }

  /** The lines of the screen, without trailing space. */
  lines(): string[] {
    const buffer = this.#terminal.buffer.active;
    return Array.from(
      { length: this.#terminal.rows },
      (_, row) => buffer.getLine(buffer.viewportY + row)?.translateToString(true) ?? "",
    );
  }

  /** The id of the job that is shown in full. */
  shownJob(): string | undefined {
    return shownJob(this.lines());
  }

  /** Output that draws what is shown now. */
  picture(): string {
    return this.#serialize.serialize();
  }

  /** Draws a picture, until the session draws its screen. */
  showPicture(picture: string): void {
    this.#terminal.write(picture);
  }

  close(): void {
    this.#terminal.dispose();
    this.#restoreElements();
  }

  /** Draws with WebGL where it works, else with elements of the page. */
  #useWebgl(): void {
    try {
      const webgl = new WebglAddon();
      webgl.onContextLoss(() => webgl.dispose());
      this.#terminal.loadAddon(webgl);
    } catch {
      // No WebGL: the emulator goes on to use elements of the page.
    }
  }

  #onKey(event: KeyboardEvent, options: EmulatorOptions): boolean {
    if (event.type !== "keydown") return true;
    if (event.key === "F6") {
      event.preventDefault();
      options.onleave();
      return false;
    }
    const isCopy = event.ctrlKey && event.shiftKey && event.code === "KeyC" && this.#terminal.hasSelection();
    if (isCopy) {
      event.preventDefault();
      options.oncopy(this.#terminal.getSelection());
      return false;
    }
    return true;
  }
}
