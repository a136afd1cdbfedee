/** Copies text. Also works without HTTPS, where browsers do not offer the clipboard API. Returns whether it worked. */
export async function copyText(text: string): Promise<boolean> {
  if (navigator.clipboard && window.isSecureContext) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // The user or a policy refuses; the older way may still work.
    }
  }
  return copySelection(text);
}

/** Copies the text as a selection in a text area, which has to have the focus for that. */
function copySelection(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  area.setAttribute("readonly", "");
  area.style.position = "fixed";
  area.style.opacity = "0";
  const focused = document.activeElement as HTMLElement | null;
  // A modal dialog allows no focus outside of itself.
  const parent = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
  parent.append(area);
  area.focus();
  area.select();
  // Browsers report success for an empty selection, too.
  const isCopied = document.activeElement === area && document.execCommand("copy");
  area.remove();
  focused?.focus?.();
  return isCopied;
}
