import { expect, test } from "vitest";
import { createdAtOf } from "./jobId";
import { shortId, shortIds } from "./shortIds";

test("a short id has the first eight and the last four digits", () => {
  expect(shortId("0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11")).toBe("0192f0c1~7c11");
});

test("ids that are shown together have different short forms", () => {
  const ids = [
    "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11",
    "0192f0c1-2f3c-7a51-b6a1-3f1f5a0d7c11",
    "0192f0c1-ffff-7a51-b6a1-3f1f5a0c7c12",
    "0192f0c1-0000-0000-0000-000000000000",
    "0192f0c1-1000-0000-0000-000000000000",
  ];
  const texts = shortIds([...ids, ids[0] ?? ""]);
  expect(ids.map((id) => texts.get(id))).toEqual([
    "0192f0c1~c7c11",
    "0192f0c1~d7c11",
    "0192f0c1~7c12",
    "0192f0c1~000000000000000000000000",
    "0192f0c1~100000000000000000000000",
  ]);
});

test("an id of version 7 tells when its job was created", () => {
  expect(createdAtOf("018bcfe5-6800-7a51-b6a1-3f1f5a0c7c11")).toBe("2023-11-14T22:13:20.000Z");
  expect(createdAtOf("018bcfe5-6800-4a51-b6a1-3f1f5a0c7c11")).toBeUndefined();
});
