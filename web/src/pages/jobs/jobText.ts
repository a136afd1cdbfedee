// What the list says about a job, as the terminal interface does.
import { inert } from "../../lib/inert";
import { formatDuration } from "../../lib/time";
import type { Job } from "../../services/readModel";

/** Longest note; cells show less. */
const LONGEST = 200;

/** How long the last attempt ran, or has run until `now`, in milliseconds; nothing before it has started. */
export function ranMs(job: Job, now: number): number | undefined {
  if (!job.startedAt) return undefined;
  const end = job.finishedAt ? Date.parse(job.finishedAt) : job.status === "EXECUTING" ? now : undefined;
  return end === undefined ? undefined : Math.max(0, end - Date.parse(job.startedAt));
}

/** How long the job waited between its creation and the start of its last attempt, in milliseconds. */
export function waitedMs(job: Job): number | undefined {
  return job.startedAt ? Math.max(0, Date.parse(job.startedAt) - Date.parse(job.createdAt)) : undefined;
}

/** What is most interesting about a job in its status: progress, when it runs, its error, its tags. */
export function noteOf(job: Job, now: number): string {
  const message = firstLine(
    (job.status === "COMPLETED" ? undefined : job.error?.message) ?? job.progress?.message,
  );
  if (job.status === "EXECUTING" && job.cancelRequested) return "asked to stop";
  if (job.status === "EXECUTING" && job.progress) {
    return `${Math.round(job.progress.fraction * 100)} % ${message}`.trim();
  }
  if (job.runAt && (job.status === "SCHEDULED" || job.status === "RETRYING")) {
    const wait = Math.max(0, Math.round((Date.parse(job.runAt) - now) / 1_000) * 1_000);
    const when = wait === 0 ? "due now" : `in ${formatDuration(wait)}`;
    return `${when}${message === "" ? "" : `: ${message}`}`;
  }
  return message === "" ? tagsText(job) : message;
}

export const tagsText = (job: Job): string => (job.tags ?? []).map(inert).join(", ");

function firstLine(text: string | undefined): string {
  return inert((text ?? "").split("\n", 1)[0]?.slice(0, LONGEST) ?? "");
}
