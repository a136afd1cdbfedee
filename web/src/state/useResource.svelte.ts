import { untrack } from "svelte";
import { Resource, type ResourceOptions } from "./resource.svelte";

/**
 * A resource for the life of the component. `options` is called again when the state that it reads changes; the resource
 * is then replaced, and the old one's requests are aborted.
 */
export function useResource<T>(options: () => ResourceOptions<T>): { readonly current: Resource<T> } {
  let current = $state.raw(untrack(() => new Resource(options())));
  let isFirst = true;
  $effect(() => {
    const next = options();
    if (isFirst) isFirst = false;
    else untrack(() => (current = new Resource(next)));
    const opened = untrack(() => current);
    return () => opened.close();
  });
  return {
    get current() {
      return current;
    },
  };
}
