// What the user has chosen on this browser. A browser that refuses storage keeps the choices until the page is closed.
export type Theme = "system" | "dark" | "light";
export type TimeStyle = "relative" | "local" | "utc";

interface Stored {
  theme: Theme;
  time: TimeStyle;
  keys: boolean;
  motion: "system" | "off";
  /** Templates of links from ids to other tools: name and URL with `{id}` or `{correlationId}`. */
  linkTemplates: { name: string; url: string }[];
  /** The shown columns of each table, in order. */
  columns: Record<string, string[]>;
  /** Saved filters of the job list. */
  views: { name: string; query: string }[];
  /** A font size of 0 follows the width of the page. */
  terminal: { fontSizePx: number; isScreenReaderMode: boolean };
}

const KEY = "odd-dashboard";

const DEFAULTS: Stored = {
  theme: "system",
  time: "relative",
  keys: true,
  motion: "system",
  linkTemplates: [],
  columns: {},
  views: [],
  terminal: { fontSizePx: 0, isScreenReaderMode: false },
};

function read(): Stored {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return { ...DEFAULTS, ...(stored as Partial<Stored>) };
  } catch {
    return { ...DEFAULTS };
  }
}

class Preferences {
  #stored = $state<Stored>(read());
  /** Whether the browser has stored the last choice. */
  #isStored = true;

  constructor() {
    // Another tab has stored something; without a key, everything was removed.
    window.addEventListener("storage", ({ key }) => {
      if (key !== KEY && key !== null) return;
      this.#stored = read();
      this.apply();
    });
  }

  get values(): Readonly<Stored> {
    return this.#stored;
  }

  set<K extends keyof Stored>(name: K, value: Stored[K]): void {
    // Another tab may have stored something of which this page does not know yet.
    const before = this.#isStored ? read() : this.#stored;
    this.#stored = { ...before, [name]: value };
    this.#store();
  }

  /** Forgets every choice. */
  reset(): void {
    this.#stored = { ...DEFAULTS };
    this.#store();
  }

  /** Shows theme and motion on the document. */
  apply(): void {
    const { theme, motion } = this.#stored;
    const root = document.documentElement;
    if (theme === "system") delete root.dataset.theme;
    else root.dataset.theme = theme;
    root.dataset.motion = motion;
  }

  #store(): void {
    try {
      localStorage.setItem(KEY, JSON.stringify(this.#stored));
      this.#isStored = true;
    } catch {
      this.#isStored = false;
    }
    this.apply();
  }
}

export const preferences = new Preferences();
