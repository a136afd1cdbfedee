// A job as the page shows it. Payload and result stay JSON text, because they may have numbers that JavaScript cannot
// represent.
import type { Job } from "../services/readModel";
import { fieldOf, sourceOf } from "./json/node";
import { parseJson } from "./json/parse";

export interface JobDocument {
  /** Without payload and result. */
  job: Job;
  /** JSON text, exactly as it was sent; absent if the job has none. */
  payload: string | undefined;
  result: string | undefined;
}

/** Reads the answer of the API. */
export function readJob(text: string): JobDocument {
  const document = parseJson(text);
  const partOf = (name: string): string | undefined => {
    const node = fieldOf(document.root, name);
    return node && sourceOf(document, node);
  };
  const others = document.root.children.filter(({ name }) => name !== "payload" && name !== "result");
  const fields = others.map((node) => [node.name, JSON.parse(sourceOf(document, node)) as unknown]);
  return { job: Object.fromEntries(fields) as Job, payload: partOf("payload"), result: partOf("result") };
}
