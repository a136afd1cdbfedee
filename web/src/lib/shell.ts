/** Characters that do not stay visible within quotes. */
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/;

/** A word for a POSIX shell. Quotes only what needs it; hidden characters become escape sequences of bash and zsh. */
export function shellWord(text: string): string {
  if (/^[A-Za-z0-9_./:=@%+,-]+$/.test(text)) return text;
  if (!HIDDEN.test(text)) return `'${text.replaceAll("'", "'\\''")}'`;
  const escaped = [...text].map((char) => {
    if (char === "'" || char === "\\") return `\\${char}`;
    return HIDDEN.test(char) ? "\\u" + char.charCodeAt(0).toString(16).padStart(4, "0") : char;
  });
  return `$'${escaped.join("")}'`;
}
