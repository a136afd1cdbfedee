import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { answerWith, jsonAnswer } from "../testing/answers";
import SignIn from "./SignIn.svelte";

const submit = (): Promise<void> => userEvent.click(screen.getByRole("button", { name: "Sign in" }));

test("an empty field is named, and nothing is sent", async () => {
  const requests = answerWith(() => jsonAnswer({}));
  render(SignIn);
  await userEvent.type(screen.getByLabelText("API token"), " ");
  await submit();
  expect(screen.getByRole("alert")).toHaveTextContent("Enter a token.");
  expect(screen.getByLabelText("API token")).toBeInvalid();
  expect(requests).toHaveLength(0);
});

test("a wrong token is refused with the reason only", async () => {
  answerWith(() => jsonAnswer({ title: "Unauthorized", detail: "the token is not valid", status: 401 }, 401));
  render(SignIn);
  await userEvent.type(screen.getByLabelText("API token"), "wrong");
  await submit();
  expect((await screen.findByRole("alert")).textContent).toBe("the token is not valid.");
});
