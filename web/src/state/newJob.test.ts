import { expect, test } from "vitest";
import { answerWith, jsonAnswer, type Request } from "../testing/answers";
import { NewJob } from "./newJob.svelte";

/** A form whose submissions are answered with these statuses, one after the other. */
function formWith(...statuses: number[]): { form: NewJob; requests: Request[] } {
  const requests = answerWith(() => jsonAnswer({ id: "a" }, statuses.shift() ?? 201));
  const form = new NewJob();
  form.begin("echo", "1");
  return { form, requests };
}

function change(form: NewJob): void {
  form.texts.payload += "2";
  form.changed();
}

const keys = (requests: Request[]): (string | null)[] =>
  requests.map(({ headers }) => headers.get("idempotency-key"));

test.each([401, 403, 408, 429])(
  "after no answer, a %i leaves it unknown whether the job is stored",
  async (status) => {
    const { form, requests } = formWith(503, status);
    await form.submit();
    await form.submit();
    expect(form.phase.kind).toBe("unknown");
    change(form);
    expect(form.mayBeStored).toBe(true);
    await form.submit();
    expect(form.phase.kind).toBe("accepted");
    const [first, second, third] = keys(requests);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  },
);

test("characters of a link that change how text is shown become escape sequences", () => {
  const form = new NewJob();
  form.begin("echo", '"a\u202eb"');
  expect(form.texts.payload).toBe('"a\\u202eb"');
});

test("content that the gateway refuses was not stored before either", async () => {
  const { form } = formWith(503, 422);
  await form.submit();
  await form.submit();
  expect(form.phase.kind).toBe("refused");
});

test.each([403, 422, 429])("a first submission that is refused with %i is not stored", async (status) => {
  const { form, requests } = formWith(status);
  await form.submit();
  expect(form.phase.kind).toBe("refused");
  change(form);
  expect(form.mayBeStored).toBe(false);
  await form.submit();
  expect(form.phase.kind).toBe("accepted");
  const [first, second] = keys(requests);
  expect(second).not.toBe(first);
});
