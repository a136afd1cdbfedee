import entries from "../generated/glossary.json";

export interface Entry {
  term: string;
  definition: string;
}

/** The terms of the glossary in its order. */
export const GLOSSARY = entries as Entry[];

const byTerm = new Map(GLOSSARY.map((entry) => [entry.term.toLowerCase(), entry.definition]));

/** The explanation of a term, in any case. */
export const definitionOf = (term: string): string | undefined => byTerm.get(term.toLowerCase());
