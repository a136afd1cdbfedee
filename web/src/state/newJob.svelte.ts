// The form of a new job: what was typed, what is wrong with it, and what happened to the submission.
import { copyOf } from "../lib/newJob/copy";
import { exampleOf } from "../lib/newJob/builtIn";
import { fieldOfPointer, type Field, type Problem } from "../lib/newJob/fields";
import { emptyTexts, readForm, type FormTexts } from "../lib/newJob/read";
import { escapeUnsafe } from "../lib/json/format";
import type { JobDocument } from "../lib/jobDocument";
import { submissionText } from "../lib/submission";
import { newIdempotencyKey, submitJob, type Accepted } from "../services/gateway";
import { Failure } from "../services/problem";

/** How long an answer is awaited before the outcome is called unknown. */
export const ANSWER_LIMIT_MS = 2_000;

/** Statuses with which the gateway refuses the content, so that it has refused the same content before. */
const CONTENT_REFUSALS = new Set([400, 413, 415, 422]);

/** What was sent, and the key that makes it safe to send it again. */
interface Sent {
  text: string;
  key: string;
}

export type Phase =
  | { kind: "editing" }
  | { kind: "sending"; sent: Sent }
  | { kind: "accepted"; accepted: Accepted }
  /** Nothing was stored. */
  | { kind: "refused"; failure: Failure }
  /** The job may have been stored. */
  | { kind: "unknown"; failure: Failure; sent: Sent };

export class NewJob {
  texts = $state<FormTexts>(emptyTexts());
  phase = $state.raw<Phase>({ kind: "editing" });
  /** Whether the user has tried to submit: then problems are shown everywhere. */
  hasTried = $state(false);
  /** Fields that the user has left: then their problems are shown. */
  left = $state<Partial<Record<Field, boolean>>>({});
  /** Whether the job before the last change may have been stored. */
  mayBeStored = $state(false);
  /** What is wrong with the fields of a form that is made from a schema. */
  formProblems = $state.raw<Problem[]>([]);
  /** What the gateway says about the content as it is now. */
  #refused = $state.raw<Problem[]>([]);
  #initial = $state(JSON.stringify(emptyTexts()));
  #key = newIdempotencyKey();
  #example = "";

  readonly #read = $derived(readForm(this.texts));
  readonly submission = $derived(this.#read.submission);
  readonly problems = $derived([...this.#read.problems, ...this.formProblems, ...this.#refused]);
  readonly isValid = $derived(this.#read.problems.length === 0 && this.formProblems.length === 0);
  readonly isSending = $derived(this.phase.kind === "sending");
  /** Whether something would be lost with the form. */
  readonly isChanged = $derived(
    this.phase.kind === "sending" ||
      this.phase.kind === "unknown" ||
      JSON.stringify(this.texts) !== this.#initial,
  );

  /** Begins with a type and a payload, as a link can give them. */
  begin(type: string, payload: string): void {
    this.#start({ ...emptyTexts(), type, payload: escapeUnsafe(payload) });
    if (payload === "") this.fillExample();
    this.#initial = JSON.stringify(this.texts);
  }

  /** Begins with a copy of a job. */
  beginCopy(document: JobDocument): void {
    this.#start(copyOf(document));
  }

  /** Begins again: with the same content, or empty. */
  again(isSame: boolean): void {
    this.#start(isSame ? $state.snapshot(this.texts) : emptyTexts());
  }

  #start(texts: FormTexts): void {
    this.texts = texts;
    this.#initial = JSON.stringify(texts);
    this.#key = newIdempotencyKey();
    this.phase = { kind: "editing" };
    this.hasTried = false;
    this.left = {};
    this.mayBeStored = false;
    this.formProblems = [];
    this.#refused = [];
  }

  /** Fills in the example of a built-in type, unless the user has written a payload. */
  fillExample(): void {
    const { payload, type } = this.texts;
    if (payload.trim() !== "" && payload !== this.#example) return;
    this.#example = exampleOf(type.trim());
    this.texts.payload = this.#example;
  }

  /** Fills in the payload of defaults. Like an example, it counts as nothing that would be lost. */
  fillDefaults(payload: string): void {
    const { isChanged } = this;
    this.#example = payload;
    this.texts.payload = payload;
    if (!isChanged) this.#initial = JSON.stringify(this.texts);
    this.changed();
  }

  /** Called after each change: what was said about the content before no longer applies. */
  changed(): void {
    this.#refused = [];
    if (this.phase.kind !== "unknown" && this.phase.kind !== "refused") return;
    // This is another job now, which must not be taken for a repetition of the one before.
    this.#key = newIdempotencyKey();
    if (this.phase.kind === "unknown") this.mayBeStored = true;
    this.phase = { kind: "editing" };
  }

  /** The problem that is shown at a field. */
  problemOf(field: Field): Problem | undefined {
    const isShown = this.hasTried || this.left[field] || (field === "payload" && this.texts.payload !== "");
    return isShown ? this.problems.find(({ pointer }) => fieldOfPointer(pointer) === field) : undefined;
  }

  /** Sends the job, or sends it again with the same key if the outcome is unknown. */
  async submit(): Promise<void> {
    if (this.isSending || this.phase.kind === "accepted") return;
    this.hasTried = true;
    let sent: Sent;
    const isRepetition = this.phase.kind === "unknown";
    if (this.phase.kind === "unknown") sent = this.phase.sent;
    else if (this.isValid) sent = { text: submissionText(this.submission), key: this.#key };
    else return;
    this.#refused = [];
    this.phase = { kind: "sending", sent };
    try {
      this.phase = { kind: "accepted", accepted: await submitJob(sent.text, sent.key, ANSWER_LIMIT_MS) };
    } catch (cause) {
      this.#failed(cause, sent, isRepetition);
    }
  }

  #failed(cause: unknown, sent: Sent, isRepetition: boolean): void {
    const failure = cause instanceof Failure ? cause : new Failure("Submit the job", String(cause), "", 0);
    const isRefused = failure.status >= 400 && failure.status < 500;
    // Another refusal says nothing about the same content that was sent before.
    if (isRefused && (!isRepetition || CONTENT_REFUSALS.has(failure.status))) {
      this.#refused = failure.violations;
      this.phase = { kind: "refused", failure };
    } else this.phase = { kind: "unknown", failure, sent };
  }
}
