import { render, screen } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { answerWith, jsonAnswer } from "../testing/answers";
import { AT } from "../testing/figures";
import HealthBanner from "./HealthBanner.svelte";

test("text of alerts cannot change how the banner is shown", async () => {
  const cause = { status: "degraded", summary: "a\u202eb", since: AT, action: "c\u202ed", alert: "e\u202ef" };
  answerWith(() => jsonAnswer({ status: "degraded", summary: "g\u202eh", causes: [cause], asOf: AT }));
  render(HealthBanner);
  for (const text of ["a⟨202E⟩b", "First: c⟨202E⟩d", "Alert e⟨202E⟩f", "g⟨202E⟩h"])
    expect(await screen.findByText(text)).toBeInTheDocument();
});

test("two alerts with the same summary are two causes", async () => {
  const cause = {
    status: "degraded",
    summary: "A disk is almost full.",
    since: AT,
    action: "Free some space.",
  };
  answerWith(() => jsonAnswer({ status: "degraded", summary: "2 causes", causes: [cause, cause], asOf: AT }));
  render(HealthBanner);
  expect(await screen.findAllByText("A disk is almost full.")).toHaveLength(2);
  expect(screen.getByText("degraded", { selector: ".word" })).toBeVisible();
});
