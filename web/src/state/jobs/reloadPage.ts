// Loads a page of a list again, without the jobs that have come before or between its jobs since.
import type { Job, JobList } from "../../services/readModel";

/** Most requests for one page: more jobs may have come before it than one answer has. */
const MOST_REQUESTS = 10;

export interface KnownPage {
  cursor: string | undefined;
  /** The jobs of its rows, if they are known. Others are left out. */
  ids: readonly (string | undefined)[] | undefined;
  count: number;
  /** Whether a job belongs to a later page. */
  isBeyond: (id: string) => boolean;
}

export interface ReloadedPage {
  jobs: Job[];
  /** Whether the end of the page was reached: jobs that were not found are no longer selected. */
  isComplete: boolean;
  /** The cursor of the last answer that begins before the page. */
  cursor: string | undefined;
}

/** `load` returns nothing when it fails; so does this then. */
export async function reloadPage(
  load: (cursor: string | undefined) => Promise<JobList | undefined>,
  { cursor: start, ids, count, isBeyond }: KnownPage,
): Promise<ReloadedPage | undefined> {
  const own = ids && new Set(ids.filter((id) => id !== undefined));
  const wanted = own?.size ?? count;
  const jobs: Job[] = [];
  let [before, cursor, isComplete] = [start, start, wanted === 0];
  for (let request = 0; !isComplete && request < MOST_REQUESTS; request += 1) {
    const list = await load(cursor);
    if (!list) return undefined;
    const end = list.jobs.findIndex(({ id }) => isBeyond(id));
    const upToEnd = end < 0 ? list.jobs : list.jobs.slice(0, end);
    jobs.push(...upToEnd.filter(({ id }) => own?.has(id) ?? true));
    isComplete = end >= 0 || list.nextCursor === undefined || jobs.length >= wanted;
    cursor = list.nextCursor;
    if (jobs.length === 0 && !isComplete) before = cursor;
  }
  return { jobs, isComplete, cursor: before };
}

/** The job of each row: as it was found, or as it is held if that is newer or if it was not reached. */
export function rowsOf(
  ids: readonly (string | undefined)[],
  { jobs, isComplete }: ReloadedPage,
  heldJob: (id: string) => Job | undefined,
): (Job | undefined)[] {
  const found = new Map(jobs.map((job) => [job.id, job]));
  const end = isComplete ? ids.length : ids.indexOf(jobs.at(-1)?.id ?? "") + 1;
  return ids.map((id, index) => {
    if (id === undefined) return undefined;
    const [job, held] = [found.get(id), heldJob(id)];
    if (!job) return index < end ? undefined : held;
    return held && held.version > job.version ? held : job;
  });
}
