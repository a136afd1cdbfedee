const NAMES: Record<string, string> = {
  " ": "space",
  ArrowDown: "down",
  ArrowUp: "up",
  ArrowLeft: "left",
  ArrowRight: "right",
  PageDown: "pagedown",
  PageUp: "pageup",
  Escape: "esc",
};

/** The chord of a key event in the notation of the table of keys, such as `G`, `ctrl-k` or `pagedown`. */
export function chordOf(event: KeyboardEvent): string {
  const isCharacter = event.key.length === 1 && event.key !== " ";
  const name = NAMES[event.key] ?? (isCharacter ? event.key : event.key.toLowerCase());
  const modifiers = [
    event.ctrlKey && "ctrl",
    event.metaKey && "meta",
    event.altKey && "alt",
    // The shift of a character is in the character itself.
    event.shiftKey && !isCharacter && "shift",
  ].filter(Boolean);
  return [...modifiers, name].join("-");
}

/** A chord for people: "Ctrl+K", "g then j". */
export function showChord(chord: string): string {
  return chord
    .split(" ")
    .map((part) =>
      part
        .replace("ctrl-", "Ctrl+")
        .replace("meta-", "⌘")
        .replace("shift-", "Shift+")
        .replace("alt-", "Alt+")
        .replace(
          /(^|\+|⌘)([a-z]{2,})$/,
          (_, before: string, name: string) => before + name[0]?.toUpperCase() + name.slice(1),
        )
        .replace(/^Page/, "Page ")
        // A letter with a modifier is shown as on the key. Without one, its case matters.
        .replace(/([+⌘])([a-z])$/, (_, modifier: string, letter: string) => modifier + letter.toUpperCase()),
    )
    .join(" then ");
}
