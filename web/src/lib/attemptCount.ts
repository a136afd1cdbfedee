// The number of a job's last attempt. Attempts count over the whole life of a job, but their maximum is one per run.
import type { Job } from "../services/readModel";
import { plural } from "./numbers";

/** How many attempts the current run has had; `undefined` if the data does not tell. */
function attemptsInRun(job: Job): number | undefined {
  if (!(job.run > 1)) return job.attempt;
  // Only the newest attempts are listed: those of the run are complete if one of an earlier run is there.
  const attempts = job.attempts ?? [];
  const isComplete = attempts.some(({ run }) => run < job.run);
  return isComplete ? attempts.filter(({ run }) => run === job.run).length : undefined;
}

/** The attempts of the run and their maximum: "2 of 3"; nothing if they are not known. */
export function runCount(job: Job): string | undefined {
  const count = attemptsInRun(job);
  return count === undefined || count > job.maxAttempts ? undefined : `${count} of ${job.maxAttempts}`;
}

/** "2/3", "10" in a later run, or nothing before the first attempt. */
export function attemptText(job: Job): string {
  if (job.attempt === 0) return "";
  return job.run > 1 || job.attempt > job.maxAttempts
    ? String(job.attempt)
    : `${job.attempt}/${job.maxAttempts}`;
}

/** "attempt 2 of 3", or "attempt 10, run 2". */
export function attemptName(job: Job): string {
  if (job.run > 1) return `attempt ${job.attempt}, run ${job.run}`;
  return `attempt ${runCount(job) ?? job.attempt}`;
}

/** "3 of 3 attempts", "2 of 3 attempts of run 2", or "10 attempts". */
export function attemptTotal(job: Job): string {
  const count = runCount(job);
  if (count === undefined) return plural(job.attempt, "attempt");
  return `${count} attempts${job.run > 1 ? ` of run ${job.run}` : ""}`;
}
