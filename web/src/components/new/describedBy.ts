/** The attributes that connect an input to the texts of its `FieldFrame`. */
export function describedBy(id: string, help: string | undefined, problem: string | undefined) {
  const ids = [problem && `${id}-problem`, help && `${id}-help`].filter(Boolean);
  return {
    "aria-invalid": problem !== undefined,
    "aria-describedby": ids.length > 0 ? ids.join(" ") : undefined,
  };
}

/** The id of the input for a place in the submission. */
export const fieldId = (pointer: string): string => `field${pointer}`;
