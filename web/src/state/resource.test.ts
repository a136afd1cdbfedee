import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Failure } from "../services/problem";
import { Resource, type ResourceOptions } from "./resource.svelte";

let opened: Resource<number> | undefined;
let loads = 0;

function open(options: Partial<ResourceOptions<number>> = {}): Resource<number> {
  loads = 0;
  opened = new Resource<number>({ load: async () => ++loads, intervalMs: 5_000, ...options });
  return opened;
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

function setHidden(isHidden: boolean): void {
  vi.spyOn(document, "hidden", "get").mockReturnValue(isHidden);
  document.dispatchEvent(new Event("visibilitychange"));
}

beforeEach(() => {
  vi.useFakeTimers();
  loads = 0;
});

afterEach(() => opened?.close());

describe("a resource", () => {
  it("loads again after its interval", async () => {
    const resource = open();
    await pass(0);
    expect(resource.data).toBe(1);
    await pass(5_000);
    expect(resource.data).toBe(2);
  });

  it("keeps what is shown while the page is paused, and continues after it", async () => {
    let isPaused = false;
    const resource = open({ isPaused: () => isPaused });
    await pass(0);
    isPaused = true;
    await pass(20_000);
    expect(resource.data).toBe(1);
    isPaused = false;
    await pass(5_000);
    expect(resource.data).toBe(2);
  });

  it("loads the first data although the page is paused", async () => {
    let isDown = true;
    const load = async (): Promise<number> => {
      if (isDown) throw new Failure("Load", "down", "", 503);
      return 7;
    };
    const resource = open({ load, isPaused: () => true });
    await pass(0);
    expect(resource.state).toBe("failed");
    isDown = false;
    await pass(2_000);
    expect(resource.data).toBe(7);
  });

  it("keeps stale data when a load fails", async () => {
    let isDown = false;
    const load = async (): Promise<number> => {
      if (isDown) throw new Failure("Load", "down", "", 503);
      return 7;
    };
    const resource = open({ load });
    await pass(0);
    isDown = true;
    await pass(5_000);
    expect(resource.state).toBe("stale");
    expect(resource.data).toBe(7);
  });

  it("loads at most once in a time, however often it is touched", async () => {
    const resource = open();
    await pass(0);
    for (let n = 0; n < 1_000; n += 1) resource.touch(1_000);
    await pass(1_000);
    expect(loads).toBe(2);
  });

  it("loads at most once in a time, also while it is touched during a load", async () => {
    let started = 0;
    const resource = open({
      load: async () => {
        await new Promise((resolve) => setTimeout(resolve, 100));
        return ++started;
      },
    });
    for (let passed = 0; passed < 10_000; passed += 16) {
      resource.touch(1_000);
      await pass(16);
    }
    expect(started).toBeGreaterThanOrEqual(9);
    expect(started).toBeLessThanOrEqual(11);
  });

  it("loads soon after a load when that was asked for meanwhile", async () => {
    const resource = open();
    resource.touch(1_000);
    void resource.reload();
    await pass(1);
    expect(loads).toBe(2);
  });

  it("keeps what is shown when a paused page is visible again", async () => {
    let isPaused = false;
    const resource = open({ isPaused: () => isPaused });
    await pass(0);
    isPaused = true;
    setHidden(true);
    await pass(60_000);
    setHidden(false);
    await pass(60_000);
    expect(resource.data).toBe(1);
    isPaused = false;
    await pass(5_000);
    expect(resource.data).toBe(2);
  });

  it("loads what was asked for before the page was hidden, when it is visible again", async () => {
    const resource = new Resource<number>({ load: async () => ++loads });
    await pass(0);
    resource.touch(1_000);
    setHidden(true);
    await pass(10_000);
    expect(resource.data).toBe(1);
    setHidden(false);
    await pass(0);
    expect(resource.data).toBe(2);
    resource.close();
  });

  it("loads nothing after it is closed", async () => {
    const resource = open();
    await pass(0);
    resource.close();
    await pass(60_000);
    expect(loads).toBe(1);
  });
});
