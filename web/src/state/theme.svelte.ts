// Tells drawings that cannot use CSS variables, such as canvases, when the colours have changed.
class ThemeChanges {
  /** Increases with each change. */
  version = $state(0);

  constructor() {
    const changed = (): void => void (this.version += 1);
    for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) {
      window.matchMedia?.(query).addEventListener("change", changed);
    }
    new MutationObserver(changed).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }
}

export const themeChanges = new ThemeChanges();
