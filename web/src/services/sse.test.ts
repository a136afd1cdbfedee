import { expect, test } from "vitest";
import { SseParser, type SseMessage } from "./sse";

function parse(...chunks: string[]): SseMessage[] {
  const messages: SseMessage[] = [];
  const parser = new SseParser((message) => messages.push(message));
  for (const chunk of chunks) parser.feed(chunk);
  return messages;
}

test("messages have an id, a name and data", () => {
  expect(parse("id: 7\nevent: gap\ndata: {}\n\nid: 8\ndata: {}\n\n")).toEqual([
    { id: "7", event: "gap", data: "{}" },
    { id: "8", data: "{}" },
  ]);
});

test("a message may arrive in parts that end anywhere", () => {
  expect(parse("id: 1", "2\r\nda", "ta: a\r", "\ndata: b\n", "\n")).toEqual([{ id: "12", data: "a\nb" }]);
});

test("an id without data is reported, and kept for later messages", () => {
  expect(parse("retry: 1000\nid: 3\n\n: comment\n\ndata: x\n\n")).toEqual([
    { id: "3", data: "" },
    { id: "3", data: "x" },
  ]);
});

test("an unfinished message is not reported", () => {
  expect(parse("id: 3\ndata: x\n")).toEqual([]);
});
