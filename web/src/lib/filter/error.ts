/** A part of a filter, as indices into its text. */
export interface Span {
  start: number;
  end: number;
}

/** A part of a filter that is not valid. */
export class FilterError extends Error {
  /** A text to replace the wrong part with, if a spelling error is likely. */
  replacement: string | undefined;

  constructor(
    /** The part of the text that is wrong. */
    readonly span: Span,
    /** What is wrong with it. */
    readonly what: string,
    /** What to write instead, in words. */
    readonly hint?: string,
  ) {
    super(what);
    this.name = "FilterError";
  }

  /** The error with a suggested spelling. */
  static misspelt(span: Span, what: string, replacement: string): FilterError {
    const error = new FilterError(span, what, `did you mean \`${replacement}\`?`);
    error.replacement = replacement;
    return error;
  }
}
