import type { VectorAdapter, VectorHostEnvironment } from "../../../../generated/json/vector.js";
import { accepted, type Draft, mutated } from "../../corpus/family.js";

const selection = "adapters.selection";
const none = "adapters.selection.none";
const event = "adapters.selection.event";
const environmentAnchor = "adapters.host-environment";
const detection = "adapters.detection";

const HOST: VectorHostEnvironment = {
  platform: "node",
  os: "linux",
  arch: "x64",
  sandbox: "none",
  features: ["color", "display", "tty"],
};

const desktop: VectorAdapter = { id: "desktop", priority: 20, platforms: ["node"], needs: ["display"] };
const server: VectorAdapter = { id: "server", priority: 10, platforms: ["node"], without: ["display"] };
const browser: VectorAdapter = { id: "browser", priority: 30, platforms: ["browser"] };
const anywhere: VectorAdapter = { id: "anywhere", priority: 40 };
const all = [desktop, server, browser, anywhere];

interface Chosen {
  readonly id: string;
  readonly host?: Partial<VectorHostEnvironment>;
  readonly adapters: readonly VectorAdapter[];
  readonly candidates: readonly [string, ...string[]];
  readonly clauses?: readonly string[];
  readonly why: string;
}

function chosen({ id, host = {}, adapters, candidates, clauses = [], why }: Chosen): Draft {
  return accepted({
    id: `adapters/selection/${id}`,
    operation: "select_adapter",
    clauses: [selection, event, ...clauses],
    inputs: { environment: { ...HOST, ...host }, adapters },
    result: { chosen: candidates[0], candidates },
    effects: { events: ["capability.adapter_selected"] },
    why,
    effect: "The same program gets another adapter on the same host, and other capabilities.",
  });
}

const numbered = (id: string, priority: number, more: Partial<VectorAdapter> = {}): VectorAdapter => ({
  id,
  priority,
  ...more,
});

/** Hosts, adapters and priorities. */
export function selectionDrafts(): readonly Draft[] {
  const parent = chosen({
    id: "desktop",
    adapters: all,
    candidates: ["desktop", "anywhere"],
    clauses: [environmentAnchor],
    why: "On a host with a display the adapter that needs one is the first that matches.",
  });
  const refuse = (
    id: string,
    adapters: readonly VectorAdapter[],
    asked: readonly string[],
    why: string,
    host: Partial<VectorHostEnvironment> = {},
  ): Draft =>
    mutated(parent, {
      id: `adapters/selection/none/${id}`,
      clauses: [none],
      recipe: { mutator: "change-adapters", repair: "raw" },
      inputs: { environment: { ...HOST, ...host }, adapters },
      refusal: {
        code: "ADP_NO_MATCHING_PLATFORM",
        context: { platform: host.platform ?? "node", adapters: [...asked] },
        effects: { events: [] },
      },
      why,
      effect: "A program starts with an adapter that does not fit its host.",
    });
  return [
    parent,
    chosen({
      id: "server",
      host: { features: ["color", "tty"] },
      adapters: all,
      candidates: ["server", "anywhere"],
      clauses: [environmentAnchor],
      why: "On one without a display it is the adapter that must not have one.",
    }),
    chosen({
      id: "browser",
      host: { platform: "browser", os: "browser", arch: "wasm", sandbox: "browser", features: [] },
      adapters: all,
      candidates: ["browser", "anywhere"],
      clauses: [environmentAnchor],
      why: "In a browser it is the browser's.",
    }),
    chosen({
      id: "other-platform",
      host: { platform: "deno" },
      adapters: all,
      candidates: ["anywhere"],
      why: "Where only the last matches, it is the one.",
    }),
    chosen({
      id: "registered-late",
      adapters: [numbered("b", 7), numbered("c", 9), numbered("a", 5)],
      candidates: ["a", "b", "c"],
      why: "A lower priority is asked first, whenever it was registered.",
    }),
    chosen({
      id: "registered-first",
      adapters: [numbered("z", 3), numbered("a", 3), numbered("m", 3)],
      candidates: ["z", "a", "m"],
      why: "Of equal priorities the first that was registered counts, not the first by name.",
    }),
    chosen({
      id: "registered-first-again",
      adapters: [numbered("m", 3), numbered("z", 3), numbered("a", 3)],
      candidates: ["m", "z", "a"],
      why: "In another order of registration another one is the first.",
    }),
    chosen({
      id: "equal-among-others",
      adapters: [numbered("late", 9), numbered("one", 4), numbered("early", 1, { needs: ["gpu"] }), numbered("two", 4)],
      candidates: ["one", "two", "late"],
      why: "The one that would be asked first does not match, and two of the same priority come next.",
    }),
    chosen({
      id: "priority-as-a-number",
      adapters: [numbered("ten", 10), numbered("nine", 9), numbered("hundred", 100)],
      candidates: ["nine", "ten", "hundred"],
      why: "Priorities are numbers: 9 is lower than 10.",
    }),
    chosen({
      id: "priority-zero",
      adapters: [numbered("one", 1), numbered("zero", 0)],
      candidates: ["zero", "one"],
      why: "Priority 0 is the lowest of all.",
    }),
    chosen({
      id: "more-exact-later",
      adapters: [numbered("any", 1), numbered("exact", 2, { platforms: ["node"], needs: ["display", "tty"] })],
      candidates: ["any", "exact"],
      why: "How much an adapter asks of a host counts for nothing.",
    }),
    chosen({
      id: "other-system-and-processor",
      host: { os: "windows", arch: "arm64", sandbox: "container" },
      adapters: all,
      candidates: ["desktop", "anywhere"],
      clauses: [detection],
      why: "The same answers are given on every system and processor that an adapter does not ask for.",
    }),
    chosen({
      id: "again",
      host: { os: "macos" },
      adapters: [...all].reverse(),
      candidates: ["desktop", "anywhere"],
      clauses: [detection],
      why: "With priorities that all differ the order of registration means nothing.",
    }),
    chosen({
      id: "all-needs",
      adapters: [numbered("both", 1, { needs: ["display", "gpu"] }), numbered("one", 2, { needs: ["display"] })],
      candidates: ["one"],
      why: "A feature that is missing is enough not to match.",
    }),
    refuse("no-adapter", [], [], "Without an adapter nothing starts."),
    refuse(
      "no-feature",
      [numbered("gpu", 1, { needs: ["gpu"] })],
      ["gpu"],
      "The only adapter needs what is not there.",
    ),
    refuse(
      "unwanted-feature",
      [numbered("dark", 1, { without: ["display"] })],
      ["dark"],
      "The only adapter does not match a host with a display.",
    ),
    refuse("other-platform", [browser], ["browser"], "The only adapter is for another platform."),
    refuse(
      "all-of-them",
      [desktop, server, browser],
      ["server", "desktop", "browser"],
      "All are named in the order in which they were asked.",
      { platform: "deno" },
    ),
  ];
}
