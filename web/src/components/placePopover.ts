/** Puts an open popover below its button, or above it where there is no space, within the window. */
export function placePopover(popover: HTMLElement, button: HTMLElement): void {
  const anchor = button.getBoundingClientRect();
  const left = Math.min(anchor.left, window.innerWidth - popover.offsetWidth - 12);
  popover.style.left = `${Math.max(12, left)}px`;
  const below = anchor.bottom + 6;
  const fits = below + popover.offsetHeight < window.innerHeight;
  popover.style.top = `${fits ? below : Math.max(12, anchor.top - popover.offsetHeight - 6)}px`;
}
