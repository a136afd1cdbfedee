// What the form of a new job offers: types, queues, and the schema of a type's payload.
import { fieldOf } from "../lib/json/node";
import { JsonError, parseJson } from "../lib/json/parse";
import { readSchema } from "../lib/schema/readSchema";
import { hasForm, type Schema } from "../lib/schema/schema";
import { text } from "./http";
import { Failure } from "./problem";
import { OTHER_TYPES } from "./jobTypes";
import { getMetricsSnapshot, listJobs, listQueues } from "./readModel";
import { fillPath } from "./typed";

export interface KnownValues {
  types: string[];
  /** Those of them that the read model knows figures of. */
  listed: string[];
  queues: string[];
}

const RECENT_JOBS = 200;

/** The types and queues that were seen here. What cannot be loaded is left out: they are only offers. */
export async function loadKnownValues(signal?: AbortSignal): Promise<KnownValues> {
  const ifKnown = <T>(answer: Promise<T>): Promise<T | undefined> => answer.catch(() => undefined);
  const [figures, queues, recent] = await Promise.all([
    ifKnown(getMetricsSnapshot(signal)),
    ifKnown(listQueues(signal)),
    ifKnown(listJobs({ limit: RECENT_JOBS }, signal)),
  ]);
  const jobs = recent?.jobs ?? [];
  // All types beyond the busiest ones together are no type.
  const listed = (figures?.types ?? []).map(({ type }) => type).filter((type) => type !== OTHER_TYPES);
  const types = new Set([...jobs.map((job) => job.type), ...listed]);
  const names = new Set(jobs.map((job) => job.queue));
  for (const { queue } of queues?.queues ?? []) names.add(queue);
  return { types: [...types].sort(), listed, queues: [...names].sort() };
}

/** The schema of the payloads of a type, if a form can be made of it. */
export async function loadPayloadSchema(type: string, signal?: AbortSignal): Promise<Schema | undefined> {
  try {
    const answer = await text({
      what: "Load the schema of the type",
      path: `api/read-model${fillPath("/types/{type}", { type })}`,
      ...(signal ? { signal } : {}),
    });
    const document = parseJson(answer);
    const node = fieldOf(document.root, "schema");
    const schema = node?.kind === "object" ? readSchema(document, node) : undefined;
    return hasForm(schema) ? schema : undefined;
  } catch (cause) {
    // Without a schema, the payload is edited as JSON.
    if (cause instanceof Failure || cause instanceof JsonError) return undefined;
    throw cause;
  }
}
