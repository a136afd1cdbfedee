export interface TextPart {
  text: string;
  isCode: boolean;
}

/** Splits text at backticks: what is between two of them is code. */
export function codeSpans(text: string): TextPart[] {
  const parts = text.split("`");
  // A backtick without a second one is part of the text.
  if (parts.length % 2 === 0) parts.splice(-2, 2, parts.slice(-2).join("`"));
  return parts
    .map((part, index) => ({ text: part, isCode: index % 2 === 1 }))
    .filter(({ text }) => text !== "");
}
