// A change of one or many jobs, from the question to the outcome.
import { formatCount, plural } from "../../lib/numbers";
import { shortId } from "../../lib/shortIds";
import type { JobStatus } from "../../services/readModel";
import { toasts } from "../toasts.svelte";
import { refusalOf, type BulkAction } from "./bulkAction";
import { BulkRun } from "./bulkRun.svelte";

export interface Question {
  text: string;
  detail: string;
  action: BulkAction;
  ids: string[];
}

/** Says which of the chosen jobs an action concerns; a single one is named. */
function describe(ids: readonly string[], chosen: readonly string[], noun: string): string {
  const [only] = chosen;
  if (chosen.length === 1 && only !== undefined) return `the ${noun} ${shortId(only)}`;
  if (ids.length === chosen.length) return plural(ids.length, noun);
  return `${formatCount(ids.length)} of ${plural(chosen.length, `marked ${noun}`)}`;
}

export class BulkFlow {
  /** The run that is under way or has just ended. */
  run = $state.raw<BulkRun | undefined>(undefined);
  question = $state.raw<Question | undefined>(undefined);

  #hasLeft = false;

  /** `onchanged` is called after each run. */
  constructor(private readonly onchanged: () => void) {}

  /** Stops what is under way, because its progress is no longer shown. */
  leave(): void {
    this.#hasLeft = true;
    this.run?.stop();
  }

  /**
   * Asks before a change that cannot be undone or that concerns several jobs; does another one at once. Jobs whose known
   * status does not allow the action are left out.
   */
  request(
    action: BulkAction,
    chosen: readonly string[],
    statusOf: (id: string) => JobStatus | undefined,
  ): void {
    if (this.run?.isRunning) return;
    if (chosen.length === 0) return toasts.failed(`Select a ${action.noun} first`);
    const ids = chosen.filter((id) => refusalOf(action, statusOf(id)) === undefined);
    if (ids.length === 0) {
      const [only] = chosen;
      if (chosen.length === 1 && only) return toasts.failed(refusalOf(action, statusOf(only)));
      const all = plural(chosen.length, `marked ${action.noun}`);
      return toasts.failed(`The status of none of the ${all} allows to ${action.name} it`);
    }
    if (ids.length === 1 && chosen.length === 1 && !action.isDestructive) return void this.start(action, ids);
    const verb = action.name.charAt(0).toUpperCase() + action.name.slice(1);
    const what = describe(ids, chosen, action.noun);
    const others =
      ids.length > 1 ? ` ${verb === "Drop" ? "Others" : "Jobs in another status"} are left as they are.` : "";
    this.question = { text: `${verb} ${what}?`, detail: action.note + others, action, ids };
  }

  async start(action: BulkAction, ids: readonly string[]): Promise<void> {
    const run = new BulkRun(action, ids);
    this.run = run;
    await run.run();
    if (this.#hasLeft) {
      const isStopped = run.notTried > 0;
      return toasts.done(run.sentence + (isStopped ? ": stopped, because the page was left" : ""));
    }
    if (run.failed + run.notTried === 0 && run.skipped === 0) {
      toasts.done(run.sentence);
      this.run = undefined;
    } else if (ids.length === 1) {
      toasts.failed(run.lastFailure ?? run.sentence);
      this.run = undefined;
    }
    this.onchanged();
  }
}
