/** Sizes of the font that the user can choose; 0 follows the width of the page. */
export const FONT_SIZES = [0, 10, 11, 12, 13, 14, 16, 18, 20, 24] as const;

const NORMAL_PX = 14;
const SMALLEST_PX = 8;
/** Columns that the terminal interface needs. */
const LEAST_COLUMNS = 60;
/** Width of a character of the font, as a share of its size. */
const ADVANCE = 0.6;

/** The size to use: the chosen one, or the normal one if the columns that the terminal interface needs fit. */
export function fontSizePx(chosen: number, widthPx: number): number {
  if (chosen > 0) return chosen;
  const fitting = Math.floor((widthPx / LEAST_COLUMNS / ADVANCE) * 2) / 2;
  return Math.max(SMALLEST_PX, Math.min(NORMAL_PX, fitting));
}
