import type { JobQuery } from "../../services/readModel";

export interface JobColumn {
  name: string;
  title: string;
  width: string;
  align?: "end";
  /** Whether the read model can sort by it. */
  isSortable?: boolean;
}

/** The width of a column with times, which depends on how they are shown. */
export const TIME = "time";

/** Every column that a list of jobs can have. */
export const JOB_COLUMNS: readonly JobColumn[] = [
  { name: "id", title: "Id", width: "112px" },
  { name: "status", title: "Status", width: "112px" },
  { name: "type", title: "Type", width: "minmax(96px, 0.8fr)" },
  { name: "attempt", title: "Try", width: "40px", align: "end" },
  { name: "created", title: "Created", width: TIME, isSortable: true },
  { name: "ran", title: "Ran", width: "82px", align: "end" },
  { name: "queue", title: "Queue", width: "minmax(60px, 0.6fr)" },
  { name: "note", title: "Note", width: "minmax(116px, 2.4fr)" },
  { name: "tags", title: "Tags", width: "minmax(120px, 1fr)" },
  { name: "priority", title: "Priority", width: "70px", align: "end" },
  { name: "waited", title: "Waited", width: "92px", align: "end" },
  { name: "updated", title: "Updated", width: TIME },
  { name: "started", title: "Started", width: TIME },
  { name: "finished", title: "Finished", width: TIME },
  { name: "runAt", title: "Runs at", width: TIME },
  { name: "run", title: "Run", width: "52px", align: "end" },
  { name: "uniqueKey", title: "Unique key", width: "minmax(130px, 1fr)" },
  { name: "fullId", title: "Full id", width: "300px" },
  { name: "correlationId", title: "Correlation id", width: "300px" },
];

export const DEFAULT_COLUMNS: readonly string[] = [
  "id",
  "status",
  "type",
  "attempt",
  "created",
  "ran",
  "queue",
  "note",
];

const byName = new Map(JOB_COLUMNS.map((column) => [column.name, column]));

/** The columns of these names, in their order, without unknown and repeated ones. */
export function columnsOf(names: readonly string[]): JobColumn[] {
  const columns = [...new Set(names)]
    .map((name) => byName.get(name))
    .filter((column) => column !== undefined);
  return columns.length > 0 ? columns : columnsOf(DEFAULT_COLUMNS);
}

/** The chosen columns: those of the address, else the preferred ones, else the usual ones. */
export function chosenColumns(fromUrl: string | null, preferred: readonly string[] | undefined): JobColumn[] {
  if (fromUrl) return columnsOf(fromUrl.split(","));
  return columnsOf(preferred ?? DEFAULT_COLUMNS);
}

export type Sort = NonNullable<JobQuery["sort"]>;

/** The order in the address. */
export const sortOf = (fromUrl: string | null): Sort =>
  fromUrl === "createdAt" ? "createdAt" : "-createdAt";
