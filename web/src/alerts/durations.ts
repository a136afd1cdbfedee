/** Lengths of a silence that the page offers, in minutes. */
export const SILENCES = [
  { minutes: 15, text: "15 minutes" },
  { minutes: 60, text: "1 hour" },
  { minutes: 240, text: "4 hours" },
  { minutes: 1_440, text: "1 day" },
  { minutes: 10_080, text: "1 week" },
] as const;

/** The longest silence that the API accepts, in minutes. */
export const LONGEST_MINUTES = 10_080;

/** Length of the silence of the key, as in the terminal interface. */
export const KEY_MINUTES = 60;
