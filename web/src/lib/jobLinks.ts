import { safeHref } from "./safeHref";

export interface LinkTemplate {
  name: string;
  url: string;
}

/** The values that a template can name. */
export type LinkValues = Partial<Record<"id" | "correlationId" | "traceId" | "type" | "queue", string>>;

/**
 * The links that templates such as `https://logs.example.com/?q={correlationId}` give. A template without a safe scheme, or
 * with a name whose value is missing, gives none.
 */
export function linksOf(
  templates: readonly LinkTemplate[],
  values: LinkValues,
): { name: string; href: string }[] {
  return templates.flatMap(({ name, url }) => {
    let isComplete = true;
    const address = url.replace(/\{(\w+)\}/g, (_, key: string) => {
      const value = Object.hasOwn(values, key) ? values[key as keyof LinkValues] : undefined;
      if (value === undefined) isComplete = false;
      return encodeURIComponent(value ?? "");
    });
    const href = isComplete ? safeHref(address) : undefined;
    return href ? [{ name, href }] : [];
  });
}

/** The trace id in a W3C traceparent. */
export const traceIdOf = (traceparent: string | undefined): string | undefined =>
  /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(traceparent ?? "")?.[1];
