// The keys of the page. Keys that the terminal interface has as well come from its table; the page adds its own.
import table from "../generated/keys.json";

export interface Binding {
  name: string;
  /** Chords such as `n`, `ctrl-k`, `g j`, `enter`. */
  keys: string[];
  help: string;
  group: string;
  isChange: boolean;
}

const fromTerminal = table as Binding[];

/** Keys that browsers or screen readers need, so that the page leaves them alone. */
const LEFT_TO_THE_BROWSER = new Set([
  "tab",
  "shift-tab",
  "ctrl-f",
  "ctrl-b",
  "ctrl-n",
  "ctrl-p",
  "ctrl-s",
  "ctrl-c",
]);

const own = (name: string, keys: string[], help: string, group = "Everywhere"): Binding => ({
  name,
  keys,
  help,
  group,
  isChange: false,
});

/** Bindings that only the page has. */
const OWN: Binding[] = [
  own("go-overview", ["g o"], "Show the overview"),
  own("go-jobs", ["g j"], "Show the jobs"),
  own("go-events", ["g e"], "Show the events"),
  own("go-queues", ["g q"], "Show the queues"),
  own("go-services", ["g s"], "Show the services"),
  own("go-alerts", ["g a"], "Show the alerts"),
  own("go-terminal", ["g t"], "Show the terminal"),
  own("go-types", ["g y"], "Show the types"),
  own("go-failures", ["g f"], "Show the failures"),
  own("go-dead-letters", ["g d"], "Show the dead letters"),
  own("go-workers", ["g w"], "Show the workers"),
  own("go-top", ["g g"], "Move to the first row", "Tables"),
];

/** Changes to keys of the terminal interface: `g` begins a sequence here, and browsers need some keys. */
const CHANGED: Record<string, string[]> = {
  palette: [":", "ctrl-k", "meta-k"],
  top: ["home"],
  mark: ["x", "space"],
};

/** What a key does here, where the text of the terminal interface is wrong for the page. */
const TEXTS: Record<string, string> = {
  palette: "Find a page, a command or a job",
  queues: "Show the queues",
  services: "Show the services",
  freeze: "Pause, or continue to follow the events",
};

export const BINDINGS: Binding[] = [
  ...fromTerminal.map((binding) => ({
    ...binding,
    help: TEXTS[binding.name] ?? binding.help,
    keys: (CHANGED[binding.name] ?? binding.keys).filter((key) => !LEFT_TO_THE_BROWSER.has(key)),
  })),
  ...OWN,
].filter((binding) => binding.keys.length > 0);

const byName = new Map(BINDINGS.map((binding) => [binding.name, binding]));

export function bindingOf(name: string): Binding {
  const binding = byName.get(name);
  if (!binding) throw new Error(`no key is bound to ${name}`);
  return binding;
}
