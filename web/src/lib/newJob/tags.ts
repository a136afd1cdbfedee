/** Splits tags at commas; a backslash before a comma makes it a part of the tag. */
export function splitTags(text: string): string[] {
  const tags = [""];
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? "";
    if (char === ",") tags.push("");
    else {
      if (char === "\\") at += 1;
      tags[tags.length - 1] += char === "\\" ? (text[at] ?? "") : char;
    }
  }
  return tags.map((tag) => tag.trim()).filter((tag) => tag !== "");
}

/** Writes tags so that `splitTags` reads the same. */
export const joinTags = (tags: readonly string[]): string =>
  tags.map((tag) => tag.replaceAll("\\", "\\\\").replaceAll(",", "\\,")).join(", ");
