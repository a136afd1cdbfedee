// The time that is pointed at, shared by all charts of a page.
class Crosshair {
  /** In seconds since 1970; undefined when no chart is pointed at. */
  at = $state<number | undefined>();
}

export const crosshair = new Crosshair();
