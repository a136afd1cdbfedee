/** Points of a line through `values` in a box, for the attribute `points`: oldest left, the highest value at the top. */
export function sparklinePoints(values: readonly number[], width: number, height: number): string {
  const top = Math.max(1, ...values);
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  // Half a stroke remains free above and below.
  const scale = (height - 2) / top;
  return values
    .map((value, index) => `${(index * step).toFixed(1)},${(height - 1 - value * scale).toFixed(1)}`)
    .join(" ");
}
