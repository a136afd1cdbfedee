/** Characters that could change how the surrounding text is shown: controls, and marks that change the direction. */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** Text from a job, safe to show in a line: unsafe characters become visible code points such as `␛` or `⟨202E⟩`. */
export function inert(text: string): string {
  return text.replace(UNSAFE, (char) => {
    const code = char.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return `⟨${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
  });
}

/** The same for text of several lines, whose line breaks and tabs are kept. */
export function inertLines(text: string): string {
  return text
    .split("\n")
    .map((line) => line.split("\t").map(inert).join("\t"))
    .join("\n");
}
