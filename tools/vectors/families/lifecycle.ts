import type { VectorStep } from "../../../generated/json/vector.js";
import {
  LIFECYCLE_TRIGGERS,
  type LifecycleState,
  type LifecycleTrigger,
} from "../../../generated/lifecycle/transition-table.js";
import { accepted, type Draft, type Family, mutated } from "../corpus/family.js";
import { allowedTriggers, nextState } from "./lifecycle-table.js";

const transitions = "lifecycle.transitions";
const illegal = "lifecycle.illegal-transition";

const effects = {
  illegal: "A command that makes no sense in the state is carried out, and the program runs twice or after its end.",
  guard: "A program runs without a capability it cannot do without.",
  quota: "A program goes on beyond the quota that stopped it.",
  early: "A trigger for an instance that does not exist is taken as done.",
  refused: "A command that is legal in the state is refused, and the program cannot be led through its life.",
} as const;

/** How each starting situation is reached, in triggers that all succeed. */
const ways = {
  Loaded: ["load"],
  Initialized: ["load", "init"],
  Running: ["load", "init", "start"],
  Suspended: ["load", "init", "start", "suspend"],
  Terminated: ["load", "terminate"],
  Failed: ["load", "fail"],
} as const satisfies Readonly<Record<string, readonly LifecycleTrigger[]>>;

const states = ["Loaded", "Initialized", "Running", "Suspended", "Terminated", "Failed"] as const;

function steps(triggers: readonly LifecycleTrigger[]): VectorStep[] {
  return triggers.map((trigger) => ({ trigger }));
}

/** The states after each of the triggers, by the rows of the table. */
function walk(triggers: readonly LifecycleTrigger[]): string[] {
  const reached: string[] = [];
  let state: LifecycleState | null = null;
  for (const trigger of triggers) {
    const next: LifecycleState | undefined = nextState(state, trigger);
    if (next === undefined) throw new RangeError(`${trigger} is illegal in ${state}`);
    state = next;
    reached.push(next);
  }
  return reached;
}

function lower(state: string): string {
  return state.toLowerCase();
}

interface Life {
  readonly id: string;
  readonly clauses?: readonly string[];
  readonly steps: readonly VectorStep[];
  readonly why: string;
}

/** Lives told before, by their steps: the same life is told once. */
const told = new Map<string, Draft>();

function life({ id, clauses = [], steps: given, why }: Life): Draft {
  const place = JSON.stringify(given);
  const known = told.get(place);
  if (known !== undefined) return known;
  const reached = walk(given.map(({ trigger }) => trigger as LifecycleTrigger));
  const draft = accepted({
    id: `lifecycle/${id}`,
    operation: "lifecycle",
    clauses: [transitions, ...clauses],
    inputs: { steps: given.map((step) => ({ ...step })) },
    result: { states: reached },
    effects: { events: reached.map(() => "lifecycle.transition") },
    why,
    effect: effects.refused,
  });
  told.set(place, draft);
  return draft;
}

/** What makes an instance. */
function beginnings(): readonly Draft[] {
  const load = life({
    id: "none/load",
    clauses: ["lifecycle.events"],
    steps: steps(["load"]),
    why: "`load` makes an instance that is Loaded.",
  });
  const restore = life({
    id: "none/restore",
    clauses: ["lifecycle.events"],
    steps: steps(["restore"]),
    why: "`restore` makes an instance that is Suspended.",
  });
  const others = LIFECYCLE_TRIGGERS.filter((trigger) => allowedTriggers(null).every((legal) => legal !== trigger));
  return [
    load,
    restore,
    ...others.map((trigger) =>
      mutated(load, {
        id: `lifecycle/none/${trigger}`,
        clauses: ["runtime.instance-not-found"],
        recipe: { mutator: "replace-step", arguments: { step: 0, trigger }, repair: "raw" },
        inputs: { steps: [{ trigger }] },
        refusal: { code: "RT_INSTANCE_NOT_FOUND" },
        why: `There is no instance that \`${trigger}\` could be given to.`,
        effect: effects.early,
      }),
    ),
    mutated(restore, {
      id: "lifecycle/none/restore-not-granted",
      clauses: ["lifecycle.snapshot.restore", transitions],
      recipe: { mutator: "fail-guard", arguments: { step: 0, guard: "required_granted" }, repair: "raw" },
      inputs: { steps: [{ trigger: "restore", failing: ["required_granted"] }] },
      refusal: { code: "RT_CAPABILITY_INSUFFICIENT", effects: { events: [] } },
      why: "`restore` makes no instance where a required capability is not granted.",
      effect: effects.guard,
    }),
    mutated(restore, {
      id: "lifecycle/none/restore-not-granted-and-over-quota",
      clauses: ["lifecycle.snapshot.restore", transitions],
      recipe: {
        mutator: "fail-guard",
        arguments: { step: 0, guards: ["required_granted", "no_quota_exceeded"] },
        repair: "raw",
      },
      inputs: { steps: [{ trigger: "restore", failing: ["required_granted", "no_quota_exceeded"] }] },
      refusal: { code: "RT_CAPABILITY_INSUFFICIENT", effects: { events: [] } },
      why: "Capabilities are what `restore` asks for, also where a quota is exceeded.",
      effect: effects.guard,
    }),
    life({
      id: "none/restore-over-quota",
      steps: [{ trigger: "restore", failing: ["no_quota_exceeded"] }],
      why: "`restore` does not ask for quotas; `resume` will.",
    }),
    life({
      id: "none/load-guards-failing",
      steps: [{ trigger: "load", failing: ["required_granted", "no_quota_exceeded"] }],
      why: "`load` has no guard: what is not granted shows at `start`.",
    }),
  ];
}

/** Every trigger in every state. */
function everyPair(): readonly Draft[] {
  return states.flatMap((state) => {
    const way: readonly LifecycleTrigger[] = ways[state];
    const parent = life({ id: `${lower(state)}/reached`, steps: steps(way), why: `This way leads to ${state}.` });
    return LIFECYCLE_TRIGGERS.map((trigger) => {
      const next = nextState(state, trigger);
      const given = [...way, trigger];
      if (next !== undefined)
        return life({
          id: `${lower(state)}/${trigger}`,
          clauses: ["lifecycle.events"],
          steps: steps(given),
          why: `\`${trigger}\` leads from ${state} to ${next}.`,
        });
      return mutated(parent, {
        id: `lifecycle/${lower(state)}/${trigger}`,
        clauses: [illegal],
        recipe: { mutator: "append-step", arguments: { trigger }, repair: "raw" },
        inputs: { steps: steps(given) },
        refusal: {
          code: "RT_ILLEGAL_TRANSITION",
          context: { current_state: state, trigger, allowed: [...allowedTriggers(state)] },
          effects: { state, events: way.map(() => "lifecycle.transition") },
        },
        why: `\`${trigger}\` is illegal in ${state} and changes nothing.`,
        effect: effects.illegal,
      });
    });
  });
}

/** Conditions that do not hold, where they matter and where they do not. */
function guards(): readonly Draft[] {
  const initialized: readonly LifecycleTrigger[] = ways.Initialized;
  const suspended: readonly LifecycleTrigger[] = ways.Suspended;
  const start = life({
    id: "guards/start",
    clauses: ["lifecycle.start.missing"],
    steps: [...steps(initialized), { trigger: "start", failing: ["no_quota_exceeded"] }],
    why: "`start` asks for what is required and not for quotas.",
  });
  const resume = life({
    id: "guards/resume",
    clauses: ["quotas.resume"],
    steps: [...steps(suspended), { trigger: "resume", failing: ["required_granted"] }],
    why: "`resume` asks for quotas; capabilities were granted at `start`.",
  });
  const byQuota: readonly LifecycleTrigger[] = [...ways.Running, "quota"];
  const afterQuota = life({
    id: "guards/resume-after-quota",
    clauses: ["quotas.resume"],
    steps: steps([...byQuota, "resume"]),
    why: "`resume` succeeds once the quota is exceeded no more.",
  });
  const restored = life({
    id: "guards/resume-after-restore",
    steps: steps(["restore", "resume"]),
    why: "A restored instance resumes like any other.",
  });
  const fail = (
    id: string,
    parent: Draft,
    clauses: readonly string[],
    way: readonly LifecycleTrigger[],
    trigger: LifecycleTrigger,
    failing: string[],
    code: string,
    state: string,
    why: string,
    effect: string,
  ): Draft =>
    mutated(parent, {
      id: `lifecycle/guards/${id}`,
      clauses,
      recipe: { mutator: "fail-guard", arguments: { step: way.length, guards: failing }, repair: "raw" },
      inputs: { steps: [...steps(way), { trigger, failing }] },
      refusal: {
        code,
        effects: { state, events: way.map(() => "lifecycle.transition") },
        ...(code === "RT_ILLEGAL_TRANSITION" && { context: { current_state: state, trigger } }),
      },
      why,
      effect,
    });
  const both = ["required_granted", "no_quota_exceeded"];
  return [
    start,
    resume,
    afterQuota,
    restored,
    fail(
      "start-not-granted",
      start,
      ["lifecycle.start.missing", transitions],
      initialized,
      "start",
      ["required_granted"],
      "RT_CAPABILITY_INSUFFICIENT",
      "Initialized",
      "`start` fails where a required capability was not granted, and the state stays Initialized.",
      effects.guard,
    ),
    fail(
      "start-not-granted-and-over-quota",
      start,
      ["lifecycle.start.missing"],
      initialized,
      "start",
      both,
      "RT_CAPABILITY_INSUFFICIENT",
      "Initialized",
      "`start` asks for capabilities alone, also where a quota is exceeded.",
      effects.guard,
    ),
    fail(
      "resume-over-quota",
      resume,
      ["quotas.resume", transitions],
      suspended,
      "resume",
      ["no_quota_exceeded"],
      "RT_QUOTA_EXCEEDED",
      "Suspended",
      "`resume` fails while the quota is exceeded, and the state stays Suspended.",
      effects.quota,
    ),
    fail(
      "resume-over-quota-that-stopped-it",
      afterQuota,
      ["quotas.resume"],
      byQuota,
      "resume",
      ["no_quota_exceeded"],
      "RT_QUOTA_EXCEEDED",
      "Suspended",
      "An instance that a quota stopped does not go on while it is exceeded.",
      effects.quota,
    ),
    fail(
      "resume-over-quota-after-restore",
      restored,
      ["quotas.resume"],
      ["restore"],
      "resume",
      both,
      "RT_QUOTA_EXCEEDED",
      "Suspended",
      "A restored instance does not go on while a quota is exceeded.",
      effects.quota,
    ),
    fail(
      "start-while-running-not-granted",
      start,
      [illegal],
      ways.Running,
      "start",
      ["required_granted"],
      "RT_ILLEGAL_TRANSITION",
      "Running",
      "An illegal trigger is illegal before any condition is looked at.",
      effects.illegal,
    ),
    fail(
      "resume-while-running-over-quota",
      resume,
      [illegal],
      ways.Running,
      "resume",
      ["no_quota_exceeded"],
      "RT_ILLEGAL_TRANSITION",
      "Running",
      "An illegal trigger is illegal before any condition is looked at.",
      effects.illegal,
    ),
    life({
      id: "guards/init-nothing-granted",
      steps: [{ trigger: "load" }, { trigger: "init", failing: both }],
      why: "`init` has no guard: capabilities are negotiated at `start`.",
    }),
    life({
      id: "guards/suspend-over-quota",
      steps: [...steps(ways.Running), { trigger: "suspend", failing: both }],
      why: "`suspend` has no guard.",
    }),
    life({
      id: "guards/terminate-over-quota",
      steps: [...steps(byQuota), { trigger: "terminate", failing: both }],
      why: "`terminate` has no guard.",
    }),
    life({
      id: "guards/quota-over-quota",
      steps: [...steps(ways.Running), { trigger: "quota", failing: ["no_quota_exceeded"] }],
      why: "`quota` is what happens where the quota is exceeded.",
    }),
    life({
      id: "guards/fail-in-every-respect",
      steps: [...steps(ways.Running), { trigger: "fail", failing: both }],
      why: "`fail` has no guard.",
    }),
  ];
}

/** Whole lives, and what is illegal behind their end. */
function stories(): readonly Draft[] {
  const lives: readonly (readonly [string, readonly LifecycleTrigger[], string])[] = [
    ["to-completion", ["load", "init", "start", "complete"], "A program that has nothing left to do ends Terminated."],
    [
      "suspended-twice",
      ["load", "init", "start", "suspend", "resume", "suspend", "resume", "complete"],
      "An instance is suspended and resumed as often as its host likes.",
    ],
    [
      "stopped-by-quota",
      ["load", "init", "start", "quota", "resume", "quota", "resume", "terminate"],
      "A quota suspends, and the instance resumes.",
    ],
    [
      "failed-while-suspended",
      ["load", "init", "start", "suspend", "fail", "terminate"],
      "A suspended instance can fail, and is destroyed by `terminate`.",
    ],
    [
      "failed-in-init",
      ["load", "fail", "terminate"],
      "An instance that fails before it was initialized is destroyed by `terminate`.",
    ],
    [
      "failed-before-start",
      ["load", "init", "fail", "terminate"],
      "An instance that fails before it ran is destroyed by `terminate`.",
    ],
    [
      "failed-while-running",
      ["load", "init", "start", "fail", "terminate"],
      "An instance that fails while it runs is destroyed by `terminate`.",
    ],
    ["restored", ["restore", "resume", "suspend", "resume", "complete"], "A restored instance lives like any other."],
    ["restored-and-failed", ["restore", "fail", "terminate"], "A restored instance can fail before it resumes."],
    ["restored-and-terminated", ["restore", "terminate"], "A restored instance can be ended before it resumes."],
  ];
  return lives.flatMap(([name, way, why]) => {
    const parent = life({ id: `stories/${name}`, clauses: ["lifecycle.events"], steps: steps(way), why });
    const behind: readonly LifecycleTrigger[] = ["terminate", "resume"];
    return [
      parent,
      ...behind.map((trigger) =>
        mutated(parent, {
          id: `lifecycle/stories/${name}-then-${trigger}`,
          clauses: [illegal, "lifecycle.terminated-answerable"],
          recipe: { mutator: "append-step", arguments: { trigger }, repair: "raw" },
          inputs: { steps: steps([...way, trigger]) },
          refusal: {
            code: "RT_ILLEGAL_TRANSITION",
            context: { current_state: "Terminated", trigger, allowed: [] },
            effects: { state: "Terminated", events: way.map(() => "lifecycle.transition") },
          },
          why: `Behind the end of this life \`${trigger}\` is illegal, and the state stays Terminated.`,
          effect: effects.illegal,
        }),
      ),
    ];
  });
}

/** States, triggers and guards. */
export const lifecycle: Family = {
  name: "lifecycle",
  drafts: () => {
    told.clear();
    return [...new Set([...beginnings(), ...everyPair(), ...guards(), ...stories()])];
  },
};
