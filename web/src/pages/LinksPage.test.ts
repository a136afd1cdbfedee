import { render, screen, within } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { answerWith, jsonAnswer } from "../testing/answers";
import LinksPage from "./LinksPage.svelte";

const entry = (id: string, category: string, url: string) => ({
  id,
  name: `Name of ${id}`,
  description: `Description of ${id}.`,
  category,
  url,
  deployments: ["embedded"],
});

function answer(uis: unknown[], services: unknown[] = [], detail?: string): void {
  answerWith(({ path }) =>
    path.endsWith("/services")
      ? jsonAnswer({ services, asOf: "2026-11-30T14:00:00Z" })
      : jsonAnswer({ source: "built_in", detail, registry: { version: "1.0.1", uis } }),
  );
}

const cardOf = async (name: string): Promise<HTMLElement> =>
  (await screen.findByText(name)).closest("li") as HTMLElement;

test("a card has the state of the service that the read model reports", async () => {
  answer(
    [
      entry("gateway-docs", "api", "http://127.0.0.1:3000/docs/"),
      entry("read-model-docs", "api", "http://127.0.0.1:8080/docs/"),
    ],
    [
      { name: "gateway", url: "http://127.0.0.1:3000", status: "up" },
      { name: "read-model", url: "http://127.0.0.1:8080", status: "degraded", detail: "no broker" },
    ],
  );
  render(LinksPage);
  expect(await within(await cardOf("Name of gateway-docs")).findByText("answers")).toBeVisible();
  expect(await cardOf("Name of read-model-docs")).toHaveTextContent("answers, but is not ready: no broker");
});

test("tools that the page may not call are not checked, and open in a new tab", async () => {
  answer([entry("grafana", "monitoring", "http://127.0.0.1:3002/")]);
  render(LinksPage);
  expect(await cardOf("Name of grafana")).toHaveTextContent("not checked");
  const link = screen.getByRole("link", { name: "Name of grafana" });
  expect(link).toHaveAttribute("target", "_blank");
  expect(link).toHaveAttribute("rel", "noopener noreferrer");
});

test("the dashboard is this page, whatever its default address is", async () => {
  answer([entry("web", "observatory", "http://127.0.0.1:8081/")]);
  render(LinksPage);
  expect(await cardOf("Name of web")).toHaveTextContent("this page");
  expect(screen.getByRole("link", { name: "Name of web" })).toHaveAttribute("href", `${location.origin}/`);
});

test("an address with an unsafe scheme is text", async () => {
  answer([entry("evil", "storage", "javascript:alert(1)")]);
  render(LinksPage);
  await cardOf("Name of evil");
  expect(screen.queryByRole("link", { name: "Name of evil" })).toBeNull();
});

test("an ignored registry says why", async () => {
  answer([entry("web", "observatory", "http://127.0.0.1:8081/")], [], "it is no JSON");
  render(LinksPage);
  expect(await screen.findByText(/not used: it is no JSON/)).toBeVisible();
});

test("an empty registry says so", async () => {
  answer([]);
  render(LinksPage);
  expect(await screen.findByText(/registry of user interfaces is empty/)).toBeVisible();
});
