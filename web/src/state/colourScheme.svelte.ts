// Whether the page is dark: as the user has chosen, or as the system is.
import { MediaQuery } from "svelte/reactivity";
import { preferences } from "./preferences.svelte";

class ColourScheme {
  #system = new MediaQuery("(prefers-color-scheme: dark)", true);

  get isDark(): boolean {
    const chosen = preferences.values.theme;
    return chosen === "system" ? this.#system.current : chosen === "dark";
  }
}

export const colourScheme = new ColourScheme();
