import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { ACTION_REFUSALS, type ActionRefusal } from "../../../generated/enums/action-refusal.js";
import { CONTROL_MODES, ControlMode } from "../../../generated/enums/control-mode.js";
import type { BoundarySet, EgoDeclaration, FayManifest } from "../../../generated/json/fay-manifest.js";
import type { AssembledPart } from "../artifact/index.js";
import { type ActionDecision, ActionJudge, ENTRY_CALLER } from "./action-judge.js";
import { assemblySteps } from "./assembly-steps.js";

const NAMES = ["a", "b", "c"] as const;
const PERMISSIONS = ["p", "q", "r"] as const;
const SKILLS = ["s", "t", "u"] as const;

/** Parts `a`, `b` and `c`: each asks, acts by a skill, needs a permission, and both. */
const parts: AssembledPart[] = NAMES.map((name, at) => ({
  name,
  sectionId: `driver/${name}`,
  component: undefined,
  driver: at,
  actions: [
    { name: "ask" },
    { name: "act", skill: SKILLS[at] as string },
    { name: "need", permission: PERMISSIONS[at] as string },
    { name: "both", skill: SKILLS[at] as string, permission: PERMISSIONS[at] as string },
  ],
}));
const ACTIONS = [
  ...NAMES.flatMap((name) => ["ask", "act", "need", "both"].map((action) => `${name}.${action}`)),
  "x.y",
];

type Judged = Pick<FayManifest, "controlMode" | "permissions"> & { readonly ego?: EgoDeclaration };

function judgeOf(judged: Judged, methods: readonly string[] = []): ActionJudge {
  const manifest = { name: "n", version: "1.0.0", description: "", vendor: "", modules: [], protocols: [], ...judged };
  return new ActionJudge({ manifest, parts }, { methods });
}

const reasonOf = (decision: ActionDecision): ActionRefusal | string =>
  decision.kind === "refused" ? decision.reason : decision.kind;

const boundaries = (skillBoundaries: BoundarySet, permissionBoundaries: BoundarySet = {}): EgoDeclaration => ({
  modelSource: "m",
  constraints: { skillBoundaries, permissionBoundaries },
});

describe("actions", () => {
  // @spec assembly.actions, assembly.actions.permission
  it("are known by their parts, and need the permission that is declared for them", () => {
    const judge = judgeOf({ controlMode: "ego", permissions: { inherent: ["p"], persistent: ["q"] } });
    const reasons = ["a.need", "b.need", "c.need", "x.y", "a.nothing", "fayger_runtime.report", "a.ask"].map((action) =>
      reasonOf(judge.begin(ENTRY_CALLER, action)),
    );
    expect(reasons).toEqual([
      "allowed",
      "not_authenticated",
      "permission_not_declared",
      "unknown_action",
      "unknown_action",
      "allowed",
      "allowed",
    ]);
    // The assembly service's own are no calls.
    expect(judge.openCalls).toBe(2);
  });

  // @spec assembly.actions.boundaries
  it("are kept within the boundaries of a model, the strictest list first, and a person is not", () => {
    const ego = boundaries({ allowed: ["s", "t", "u"], restricted: ["s"], requiresConfirmation: ["s", "t"] });
    const acts = (judged: Judged): string[] =>
      NAMES.map((name) => reasonOf(judgeOf(judged).begin(ENTRY_CALLER, `${name}.act`)));
    expect(acts({ controlMode: "ego", ego })).toEqual(["skill_restricted", "confirm", "allowed"]);
    expect(acts({ controlMode: "autonomous", ego })).toEqual(["skill_restricted", "confirm", "allowed"]);
    expect(acts({ controlMode: "ego", ego: boundaries({ allowed: [] }) })).toEqual(Array(3).fill("skill_not_allowed"));
    expect(acts({ controlMode: "ego", ego: { modelSource: "m" } })).toEqual(Array(3).fill("allowed"));
    expect(acts({ controlMode: "command", ego })).toEqual(Array(3).fill("not_commanded"));
    const inherent = { inherent: [...PERMISSIONS] };
    const bound = boundaries({}, { allowed: ["p"], restricted: ["q"], requiresConfirmation: ["r"] });
    const judge = judgeOf({ controlMode: "ego", ego: bound, permissions: inherent });
    const needs = NAMES.map((name) => reasonOf(judge.begin(ENTRY_CALLER, `${name}.need`)));
    expect(needs).toEqual(["allowed", "permission_restricted", "confirm"]);
  });

  // @spec assembly.actions.command, assembly.actions.kept
  it("consume a command that only one that passed every check takes away", () => {
    const judge = judgeOf({ controlMode: "command", permissions: { persistent: ["p"], authMethods: ["key"] } }, [
      "key",
    ]);
    judge.command("a.need");
    const asked = judge.begin(ENTRY_CALLER, "a.need");
    expect(asked).toEqual({ kind: "authenticate", attempt: 1, permission: "p", method: "key" });
    expect(judge.answer(1, false)).toEqual({ kind: "refused", reason: "not_authenticated" });
    expect(judge.commands("a.need")).toBe(1);
    judge.begin(ENTRY_CALLER, "a.need");
    expect(judge.answer(2, true)).toEqual({ kind: "allowed", call: 1 });
    expect(judge.commands("a.need")).toBe(0);
    expect(reasonOf(judge.begin(ENTRY_CALLER, "a.need"))).toBe("not_commanded");
    expect(() => judge.answer(2, true)).toThrow(TypeError);
  });

  // @spec assembly.actions.command
  it("consume no command where a part calls, be it the first to call", () => {
    const judge = judgeOf({ controlMode: "command" });
    judge.command("a.act");
    judge.command("b.ask");
    expect(["a", "b", "fayger_runtime"].map((caller) => reasonOf(judge.begin(caller, "a.act")))).toEqual(
      Array(3).fill("not_commanded"),
    );
    expect(judge.begin("c", "b.ask")).toEqual({ kind: "allowed", call: 1 });
    judge.serve(1);
    expect(reasonOf(judge.begin("b", "c.act"))).toBe("not_commanded");
    expect(judge.begin(ENTRY_CALLER, "a.act")).toEqual({ kind: "allowed", call: 2 });
    expect(judge.begin(ENTRY_CALLER, "b.ask")).toEqual({ kind: "allowed", call: 3 });
    judge.serve(3);
    expect(reasonOf(judge.begin("b", "c.act"))).toBe("allowed");
  });

  // @spec assembly.actions.command
  it("are commanded as a whole, also where what was commanded only asks", () => {
    const judge = judgeOf({ controlMode: "command" });
    judge.command("a.ask");
    expect(judge.begin(ENTRY_CALLER, "a.ask")).toEqual({ kind: "allowed", call: 1 });
    judge.serve(1);
    expect(judge.within("a")).toBe(1);
    expect(judge.begin("a", "b.act")).toEqual({ kind: "allowed", call: 2 });
    judge.end(1);
    expect(reasonOf(judge.begin("a", "b.act"))).toBe("not_commanded");
    // What began within it goes on being part of it.
    judge.serve(2);
    expect(judge.begin("b", "c.act")).toEqual({ kind: "allowed", call: 3 });
    expect(judge.begin(ENTRY_CALLER, "a.ask")).toEqual({ kind: "allowed", call: 4 });
    judge.serve(4);
    expect(reasonOf(judge.begin("a", "c.act"))).toBe("not_commanded");
  });

  // @spec assembly.actions.persistent
  it("have a permission given by the first method that succeeds, for good", () => {
    const permissions = { persistent: ["p"], authMethods: ["one", "two", "three", "two"] };
    const judge = judgeOf({ controlMode: "ego", permissions }, ["three", "two"]);
    expect(judge.begin(ENTRY_CALLER, "a.need")).toMatchObject({ method: "two" });
    expect(judge.answer(1, false)).toMatchObject({ kind: "authenticate", attempt: 1, method: "three" });
    // Somebody else is asked at the same time, and proves it first.
    expect(judge.begin(ENTRY_CALLER, "a.both")).toMatchObject({ attempt: 2, method: "two" });
    expect(judge.answer(2, true)).toMatchObject({ kind: "allowed" });
    expect(judge.answer(1, false)).toMatchObject({ kind: "allowed" });
    expect(judge.begin(ENTRY_CALLER, "a.need")).toMatchObject({ kind: "allowed" });
    expect(judge.given).toEqual(["p"]);
  });

  // @spec assembly.actions.confirmation
  it("ask for what is to be confirmed once, before a permission is asked for", () => {
    const ego = boundaries({ requiresConfirmation: ["s"] }, { requiresConfirmation: ["p"] });
    const permissions = { persistent: ["p"], authMethods: ["key"] };
    const judge = judgeOf({ controlMode: "ego", ego, permissions }, ["key"]);
    expect(judge.begin(ENTRY_CALLER, "a.both")).toMatchObject({ kind: "confirm", skill: "s", permission: "p" });
    expect(judge.answer(1, true)).toMatchObject({ kind: "authenticate" });
    expect(judge.answer(1, true)).toMatchObject({ kind: "allowed" });
    expect(judge.begin(ENTRY_CALLER, "a.both")).toMatchObject({ kind: "confirm" });
    expect(judge.answer(2, false)).toEqual({ kind: "refused", reason: "not_confirmed" });
  });

  // @spec assembly.calls.cycle, assembly.calls.deadlock
  it("are refused to a part that waits for them", () => {
    const judge = judgeOf({ controlMode: "ego" });
    expect(judge.begin("a", "a.ask")).toEqual({ kind: "refused", reason: "call_cycle" });
    expect(judge.begin("a", "b.ask", undefined, true)).toMatchObject({ call: 1 });
    // `a` stands still for `b`, and so no answer of `a` would ever come.
    expect(reasonOf(judge.begin("b", "a.ask", undefined, true))).toBe("call_cycle");
    expect(reasonOf(judge.begin("b", "a.ask", undefined, false))).toBe("allowed");
    judge.serve(1);
    expect(judge.begin("b", "c.ask", undefined, true)).toMatchObject({ kind: "allowed" });
    judge.serve(3);
    expect(reasonOf(judge.begin("c", "a.ask"))).toBe("call_cycle");
    expect(reasonOf(judge.begin("c", "b.ask"))).toBe("call_cycle");
    judge.end(1);
    expect(reasonOf(judge.begin(ENTRY_CALLER, "a.ask"))).toBe("allowed");
  });

  // @spec assembly.calls.within, assembly.calls.unanswered
  it("are part of the open call that was begun last, in whatever order calls are answered", () => {
    const judge = judgeOf({ controlMode: "ego" });
    for (const call of [1, 2, 3, 4]) {
      judge.begin(ENTRY_CALLER, "a.ask");
      judge.serve(call);
    }
    const within = [2, 4, 1, 3].map((answered) => {
      expect(judge.end(answered)).toBe(true);
      return judge.within("a");
    });
    expect(within).toEqual([4, 3, 3, undefined]);
    judge.begin(ENTRY_CALLER, "a.ask");
    judge.serve(5);
    expect(judge.waits(5)).toBe(false);
    judge.begin("a", "b.ask");
    judge.begin("a", "c.ask");
    const waits = [6, 7, 5].map((answered) => {
      const before = judge.waits(5);
      judge.end(answered);
      return before;
    });
    expect([...waits, judge.waits(5)]).toEqual([true, true, false, false]);
  });
});

const list = (names: readonly string[]) => fc.option(fc.uniqueArray(fc.constantFrom(...names)), { nil: undefined });
const bounds = (names: readonly string[]) =>
  fc
    .record({ allowed: list(names), restricted: list(names), requiresConfirmation: list(names) })
    .map((set) => Object.fromEntries(Object.entries(set).filter(([, names]) => names !== undefined)) as BoundarySet);
const judgedManifest = fc.record({
  controlMode: fc.constantFrom(...CONTROL_MODES),
  ego: fc.tuple(bounds(SKILLS), bounds(PERMISSIONS)).map(([skills, permissions]) => boundaries(skills, permissions)),
  permissions: fc.record({
    inherent: fc.subarray([...PERMISSIONS]),
    persistent: fc.subarray([...PERMISSIONS]),
    authMethods: fc.subarray(["key", "face"]),
  }),
}) as fc.Arbitrary<Required<Judged>>;
const move = fc.oneof(
  fc.record({ do: fc.constant("command" as const), action: fc.constantFrom(...ACTIONS) }),
  fc.record({
    do: fc.constant("begin" as const),
    caller: fc.constantFrom(ENTRY_CALLER, ...NAMES),
    action: fc.constantFrom(...ACTIONS),
    answers: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    waits: fc.boolean(),
  }),
  fc.record({ do: fc.constantFrom("serve" as const, "end" as const), call: fc.integer({ min: 1, max: 20 }) }),
);

describe("whatever is called in whatever order", () => {
  // @spec assembly.actions.order, assembly.actions.kept, assembly.actions.permission, assembly.actions.boundaries
  test.prop([judgedManifest, fc.array(move, { maxLength: 60 })])(
    "nothing passes that a check refuses, and what is refused changes nothing",
    (manifest, moves) => {
      const judge = judgeOf(manifest, ["key"]);
      const { controlMode, ego, permissions } = manifest;
      const limits = ego.constraints ?? {};
      const given = new Set<string>();
      const commanded = new Map<number, boolean>();
      for (const each of moves) {
        if (each.do === "command") judge.command(each.action);
        else if (each.do !== "begin") judge[each.do](each.call);
        else {
          const { caller, action, waits } = each;
          const facts = judge.action(action);
          const there = judge.commands(action);
          const commands = caller === ENTRY_CALLER ? there : 0;
          const open = judge.openCalls;
          const within = judge.within(caller);
          const isPart = within !== undefined && commanded.get(within) === true;
          let confirmed: boolean | undefined;
          let decision = judge.begin(caller, action, within, waits);
          for (const yes of each.answers) {
            if (decision.kind === "confirm") confirmed = yes;
            if (decision.kind === "authenticate" && yes) given.add(decision.permission);
            if ("attempt" in decision) decision = judge.answer(decision.attempt, yes);
          }
          const { skill, permission } = facts ?? {};
          const isModel = controlMode !== ControlMode.Command;
          const outside = (
            set: BoundarySet = {},
            name?: string,
          ): "restricted" | "not_allowed" | "confirm" | undefined => {
            if (!isModel || name === undefined) return undefined;
            if (set.restricted?.includes(name)) return "restricted";
            if (set.requiresConfirmation?.includes(name)) return "confirm";
            return set.allowed?.includes(name) === false ? "not_allowed" : undefined;
          };
          const bySkill = outside(limits.skillBoundaries, skill);
          const byPermission = outside(limits.permissionBoundaries, permission);
          const acts = skill !== undefined || permission !== undefined;
          const isDeclared = (names: readonly string[] = []): boolean =>
            permission === undefined || names.includes(permission);
          const refusals: Record<ActionRefusal, boolean> = {
            unknown_action: facts === undefined,
            skill_restricted: bySkill === "restricted",
            skill_not_allowed: bySkill === "not_allowed",
            permission_restricted: byPermission === "restricted",
            permission_not_allowed: byPermission === "not_allowed",
            not_commanded: !isModel && acts && !isPart && commands === 0,
            permission_not_declared: !isDeclared(permissions.inherent) && !isDeclared(permissions.persistent),
            not_confirmed: (bySkill === "confirm" || byPermission === "confirm") && confirmed !== true,
            not_authenticated: !isDeclared(permissions.inherent) && !given.has(permission ?? ""),
            // Which calls these are is looked at by themselves.
            call_cycle: decision.kind === "refused" && decision.reason === "call_cycle",
          };
          expect(["allowed", "refused"]).toContain(decision.kind);
          const reason = decision.kind === "refused" ? decision.reason : undefined;
          expect(reason).toBe(ACTION_REFUSALS.find((name) => refusals[name]));
          expect(judge.openAttempts).toBe(0);
          if (decision.kind === "allowed" && decision.call !== undefined) {
            const consumes = !isPart && commands > 0;
            commanded.set(decision.call, isPart || consumes);
            expect(judge.commands(action)).toBe(consumes ? there - 1 : there);
            expect(judge.openCalls).toBe(open + 1);
          } else {
            expect([judge.commands(action), judge.openCalls]).toEqual([there, open]);
          }
        }
      }
      expect([...judge.given].sort()).toEqual([...given].sort());
    },
  );
});

describe("steps", () => {
  // @spec assembly.steps
  test.prop([fc.shuffledSubarray([...parts], { minLength: 3 })])("do not depend on the order of parts", (shuffled) => {
    const names = assemblySteps({ parts: shuffled }).map(({ step, parts: own }) => [step, own.map(({ name }) => name)]);
    expect(names).toEqual([
      ["modules", []],
      ["protocols", []],
      ["control_mode", []],
      ["drivers", ["a", "b", "c"]],
      ["ego_model", []],
    ]);
  });
});
