// What a tab remembers about its terminal, so that a refresh attaches to the same session.
import type { TerminalMode, TerminalView } from "./protocol";

export interface Remembered {
  reconnectToken: string;
  mode: TerminalMode;
  view: TerminalView;
}

export interface Memory {
  load(): Remembered | undefined;
  save(remembered: Remembered): void;
  clear(): void;
  /** Output that draws what was shown last. */
  loadPicture(): string | undefined;
  savePicture(picture: string): void;
}

const KEY = "odd-terminal";
const PICTURE_KEY = "odd-terminal-picture";
/** A larger picture is not kept; storage is limited. */
const PICTURE_LIMIT = 500_000;

/**
 * The memory of this tab, for the sessions of one caller. A browser that refuses storage starts a new session after a
 * refresh.
 */
export function tabMemory(caller: string): Memory {
  const read = <T>(key: string): T | undefined => {
    try {
      const stored = JSON.parse(sessionStorage.getItem(key) ?? "null") as { caller: string; value: T } | null;
      return stored?.caller === caller ? stored.value : undefined;
    } catch {
      return undefined;
    }
  };
  const write = (key: string, value: unknown): void => {
    try {
      if (value === undefined) sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, JSON.stringify({ caller, value }));
    } catch {
      // The browser refuses storage.
    }
  };
  return {
    load: () => read<Remembered>(KEY),
    save: (remembered) => write(KEY, remembered),
    clear() {
      write(KEY, undefined);
      write(PICTURE_KEY, undefined);
    },
    loadPicture: () => read<string>(PICTURE_KEY),
    savePicture: (picture) => write(PICTURE_KEY, picture.length > PICTURE_LIMIT ? undefined : picture),
  };
}

export function isSameView(a: TerminalView, b: TerminalView): boolean {
  return a.view === b.view && a.filter === b.filter && a.jobId === b.jobId;
}
