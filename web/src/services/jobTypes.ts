// Figures of job types over a time range.
import type { components } from "../generated/read-model";
import { json } from "./http";
import type { TimeseriesWindow } from "./readModel";

type Schemas = components["schemas"];
export type TypeSummary = Schemas["TypeSummary"];
export type Histogram = Schemas["Histogram"];
export type TypeVersion = Schemas["TypeVersion"];
export type TypeDetail = Omit<Schemas["TypeDetail"], "schema"> & {
  /** The JSON Schema of the payload, if the type has one. The generator cannot express an object of any shape. */
  schema: Record<string, unknown> | null;
};
export type TypeList = Schemas["TypeList"];

/** The name under which the read model counts all types beyond the busiest ones. */
export const OTHER_TYPES = "other";

const PATH = "api/read-model/types";

export const listTypes = (window: TimeseriesWindow, signal?: AbortSignal): Promise<TypeList> =>
  json({ what: "Load the types", path: PATH, query: { window }, signal });

export const getType = (type: string, window: TimeseriesWindow, signal?: AbortSignal): Promise<TypeDetail> =>
  json({
    what: `Load the type ${type}`,
    path: `${PATH}/${encodeURIComponent(type)}`,
    query: { window },
    signal,
  });
