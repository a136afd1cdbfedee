import { untrack } from "svelte";
import { live } from "./live.svelte";
import type { Resource } from "./resource.svelte";

/**
 * Loads a resource again when events arrive or may have been missed, at most once in `withinMs`, for the life of the
 * component.
 */
export function useLiveUpdates(resource: { readonly current: Resource<unknown> }, withinMs = 1_000): void {
  const touch = (): void => resource.current.touch(withinMs);
  $effect(() => live.listen(touch));
  useStreamStarts(touch);
}

/** Calls `load` when the stream has begun without the events before it, for the life of the component. */
export function useStreamStarts(load: () => void): void {
  let known = live.starts;
  $effect(() => {
    if (live.starts === known) return;
    known = live.starts;
    untrack(load);
  });
}

/** For `ResourceOptions.isPaused`: whether the user has paused the page. */
export const isPagePaused = (): boolean => live.isPaused;
