// One listener for all keys of the page. Components register handlers by the names of the bindings; the newest handler of
// a name wins, so that a dialog overrides the page below it.
import { untrack } from "svelte";
import { preferences } from "../state/preferences.svelte";
import { session } from "../state/session.svelte";
import { BINDINGS, bindingOf, type Binding } from "./bindings";
import { chordOf } from "./chord";

export type Handlers = Record<string, () => void>;

/** Time within which the second key of a sequence must follow. */
const SEQUENCE_MS = 1_500;

class Keyboard {
  #layers = $state.raw<Handlers[]>([]);
  #first = "";
  #firstAt = 0;

  constructor() {
    window.addEventListener("keydown", (event) => this.#onKey(event));
  }

  /** The bindings that work now, for the help and the palette. */
  readonly active = $derived(
    BINDINGS.filter((binding) => this.#handler(binding.name) !== undefined && this.#isAllowed(binding)),
  );

  /** Adds handlers. Returns a function that removes them. */
  add(handlers: Handlers): () => void {
    for (const name of Object.keys(handlers)) bindingOf(name);
    // An effect that adds handlers must not run again because the list has changed.
    this.#layers = [...untrack(() => this.#layers), handlers];
    return () => (this.#layers = this.#layers.filter((layer) => layer !== handlers));
  }

  /** Does what the binding does. */
  run(name: string): void {
    this.#handler(name)?.();
  }

  #handler(name: string): (() => void) | undefined {
    return this.#layers.findLast((layer) => layer[name] !== undefined)?.[name];
  }

  #isAllowed(binding: Binding): boolean {
    return !binding.isChange || session.canOperate || (binding.name === "new-job" && session.canSubmit);
  }

  #onKey(event: KeyboardEvent): void {
    const chord = chordOf(event);
    // The palette opens from everywhere but the terminal; all other keys belong to inputs while one has the focus.
    const isPalette = chord === "ctrl-k" || chord === "meta-k";
    if (event.defaultPrevented || event.isComposing || ownsKeys(event.target, isPalette, chord)) return;
    if (!preferences.values.keys && !isPalette) return;
    const isSequence = this.#first !== "" && Date.now() - this.#firstAt < SEQUENCE_MS;
    const wanted = isSequence ? `${this.#first} ${chord}` : chord;
    this.#first = "";
    const binding = this.active.find(({ keys }) => keys.includes(wanted));
    if (binding) {
      event.preventDefault();
      this.run(binding.name);
    } else if (this.active.some(({ keys }) => keys.some((key) => key.startsWith(`${wanted} `)))) {
      this.#first = wanted;
      this.#firstAt = Date.now();
    }
  }
}

/** Whether the focused element uses the key itself. */
function ownsKeys(target: EventTarget | null, isPalette: boolean, chord: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("[data-keys='own']")) return true;
  if (isPalette) return false;
  if (target.closest("dialog")) return true;
  if (target.closest("input, textarea, select, [contenteditable='true']")) return true;
  const isActivation = chord === "enter" || chord === "space";
  return isActivation && target.closest("button, a[href], summary, [role='button']") !== null;
}

export const keyboard = new Keyboard();

/** Handles keys for the life of the component. */
export function useKeys(handlers: Handlers): void {
  $effect(() => keyboard.add(handlers));
}
