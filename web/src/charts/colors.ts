/** The values of CSS variables that are colours, as the browser computes them in the current theme. */
export function resolveColors(host: HTMLElement, names: readonly string[]): Map<string, string> {
  const probe = document.createElement("span");
  probe.hidden = true;
  host.append(probe);
  const colors = new Map<string, string>();
  for (const name of names) {
    probe.style.color = `var(${name})`;
    colors.set(name, getComputedStyle(probe).color);
  }
  probe.remove();
  return colors;
}
