// Calls that are typed by the API documents: a path, parameter or answer that the documents do not have is a type error.
import { json, type Call, type QueryValue } from "./http";

/** The paths of an API with an operation for the method. */
export type PathsWith<Paths, Method extends string> = {
  [P in keyof Paths]: Paths[P] extends Record<Method, infer Operation>
    ? [Operation] extends [never]
      ? never
      : undefined extends Operation
        ? never
        : P
    : never;
}[keyof Paths] &
  string;

type Operation<Paths, P extends keyof Paths, Method extends string> =
  Paths[P] extends Record<Method, infer O> ? O : never;

/** The query parameters of an operation. */
export type QueryOf<Paths, P extends keyof Paths, Method extends string> =
  Operation<Paths, P, Method> extends { parameters: { query?: infer Q } } ? NonNullable<Q> : never;

/** The path parameters of an operation. */
export type PathParamsOf<Paths, P extends keyof Paths, Method extends string> =
  Operation<Paths, P, Method> extends { parameters: { path: infer Q } } ? Q : undefined;

/** The JSON of a successful answer of an operation. */
export type AnswerOf<Paths, P extends keyof Paths, Method extends string> =
  Operation<Paths, P, Method> extends { responses: infer R }
    ? { [S in keyof R]: S extends 200 | 201 | 202 ? JsonOf<R[S]> : never }[keyof R]
    : never;

type JsonOf<R> = R extends { content: { "application/json": infer A } } ? A : never;

/** Replaces `{name}` in a path template by the encoded values. */
export function fillPath(template: string, params: Record<string, string | number> = {}): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined) throw new Error(`the path ${template} needs ${name}`);
    return encodeURIComponent(value);
  });
}

export interface Options<Query, PathParams> {
  query?: Query;
  params?: PathParams;
  signal?: AbortSignal;
}

/** Returns a function that reads from the API below `prefix`. */
export function reader<Paths>(prefix: string) {
  return <P extends PathsWith<Paths, "get">>(
    what: string,
    path: P,
    options: Options<QueryOf<Paths, P, "get">, PathParamsOf<Paths, P, "get">> = {},
  ): Promise<AnswerOf<Paths, P, "get">> => json(callOf(what, prefix, path, options));
}

/** The call for an operation, before its method and body are set. */
export function callOf(
  what: string,
  prefix: string,
  path: string,
  options: { query?: unknown; params?: unknown; signal?: AbortSignal },
): Call {
  return {
    what,
    path: prefix + fillPath(path, (options.params ?? {}) as Record<string, string | number>),
    query: (options.query ?? {}) as Record<string, QueryValue>,
    ...(options.signal ? { signal: options.signal } : {}),
  };
}
