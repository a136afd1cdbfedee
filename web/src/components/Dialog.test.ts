import { render, screen } from "@testing-library/svelte";
import { createRawSnippet } from "svelte";
import { expect, test, vi } from "vitest";
import Dialog from "./Dialog.svelte";

const children = createRawSnippet(() => ({ render: () => "<p>Is it?</p>" }));

function open(): { onclose: () => void; unmount: () => void; dialog: HTMLElement } {
  const onclose = vi.fn();
  const { unmount } = render(Dialog, { title: "A question", onclose, children });
  return { onclose, unmount, dialog: screen.getByRole("dialog") };
}

test("a dialog that the user closes is reported", () => {
  const { onclose, dialog } = open();
  (dialog as HTMLDialogElement).close();
  expect(onclose).toHaveBeenCalledOnce();
});

test("a dialog that was removed does not close the one that follows it", () => {
  const { onclose, unmount, dialog } = open();
  unmount();
  dialog.dispatchEvent(new Event("close"));
  expect(onclose).not.toHaveBeenCalled();
});
