import { safeHref } from "./safeHref";

/** The names that a template can contain. */
export const TEMPLATE_NAMES = ["id", "correlationId", "traceId", "type", "queue"] as const;

/** Why a template of a link is not valid; `undefined` if it is. */
export function templateProblem(url: string): string | undefined {
  const names = [...url.matchAll(/\{(\w*)\}/g)].map(([, name]) => name);
  if (names.length === 0)
    return `Name at least one value: ${TEMPLATE_NAMES.map((name) => `{${name}}`).join(", ")}.`;
  const unknown = names.find((name) => !TEMPLATE_NAMES.some((known) => known === name));
  if (unknown !== undefined) return `{${unknown}} is not known. Known: ${TEMPLATE_NAMES.join(", ")}.`;
  const example = url.replace(/\{\w+\}/g, "x");
  if (!/^[a-z][a-z0-9+.-]*:/i.test(example)) return "Give the whole address, with https://.";
  if (!safeHref(example)) return "Only http, https and mailto addresses are opened.";
  return undefined;
}
