// The colours of the terminal. Programs in it choose from 256 colours for a dark background; on the light page the same
// colours are shown with their lightness mirrored.
import type { ITheme } from "@xterm/xterm";

const ANSI_NAMES = [
  "black",
  "red",
  "green",
  "yellow",
  "blue",
  "magenta",
  "cyan",
  "white",
  "brightBlack",
  "brightRed",
  "brightGreen",
  "brightYellow",
  "brightBlue",
  "brightMagenta",
  "brightCyan",
  "brightWhite",
] as const;

/** The first 16 colours on a dark background. */
const ANSI = [
  "#10182a",
  "#f87171",
  "#4ade80",
  "#fbbf24",
  "#7dabf8",
  "#d8a2f0",
  "#3fd6e6",
  "#d5dced",
  "#8493ad",
  "#fca5a5",
  "#86efac",
  "#fde68a",
  "#a9c7fb",
  "#e9c6f7",
  "#8be8f2",
  "#ffffff",
];

const LEVELS = [0, 95, 135, 175, 215, 255];

type Rgb = readonly [number, number, number];

/** The colours 16 to 255: a cube of six levels, and 24 shades of grey. */
function indexedColours(): Rgb[] {
  const cube = LEVELS.flatMap((red) =>
    LEVELS.flatMap((green) => LEVELS.map((blue): Rgb => [red, green, blue])),
  );
  const greys = Array.from({ length: 24 }, (_, step): Rgb => [8 + 10 * step, 8 + 10 * step, 8 + 10 * step]);
  return [...cube, ...greys];
}

const hex = (rgb: Rgb): string =>
  "#" +
  rgb
    .map((part) =>
      Math.max(0, Math.min(255, Math.round(part)))
        .toString(16)
        .padStart(2, "0"),
    )
    .join("");

function parse(colour: string): Rgb {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** The colour with the same hue, dark if it was light and light if it was dark (HSL). */
export function mirrored(colour: Rgb): Rgb {
  const most = Math.max(...colour) / 255;
  const least = Math.min(...colour) / 255;
  const lightness = (most + least) / 2;
  const chroma = most - least;
  const saturation = chroma === 0 ? 0 : chroma / (1 - Math.abs(2 * lightness - 1));
  // Dark backgrounds become nearly white, so that selections stay subtle.
  const target = 1 - lightness ** 1.5;
  const targetChroma = saturation * (1 - Math.abs(2 * target - 1));
  const base = target - targetChroma / 2;
  return colour.map((part) => {
    const share = chroma === 0 ? 0 : (part / 255 - least) / chroma;
    return 255 * (base + share * targetChroma);
  }) as unknown as Rgb;
}

/** The colours for the page's theme. */
export function terminalTheme(isDark: boolean): ITheme {
  const shown = (colour: Rgb): string => hex(isDark ? colour : mirrored(colour));
  const ansi = Object.fromEntries(
    ANSI_NAMES.map((name, index) => [name, shown(parse(ANSI[index] ?? "#000000"))]),
  );
  return {
    ...ansi,
    extendedAnsi: indexedColours().map(shown),
    background: isDark ? "#10182a" : "#ffffff",
    foreground: isDark ? "#e8edf6" : "#131a2a",
    cursor: isDark ? "#5eead4" : "#0f6f66",
    cursorAccent: isDark ? "#10182a" : "#ffffff",
    selectionBackground: isDark ? "#2f5560" : "#bfe3dd",
  };
}
