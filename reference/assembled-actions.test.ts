import { fc, test } from "@fast-check/vitest";
import { beforeAll, describe, expect, it } from "vitest";
import { HOST_ERROR_NUMBERS, type HostError } from "../generated/enums/host-error.js";
import { ERROR_CODES } from "../generated/errors/error-code.js";
import type { Tlv } from "../generated/instructions/tlv.js";
import type { ActionQuestion, AssemblyOptions } from "./assembly/index.js";
import type { Puppet, PuppetShow } from "./assembly/session/testing/puppets.js";
import { puppetCode } from "./assembly/session/testing/puppets.js";
import { Stage, texts } from "./assembly/session/testing/stage.js";

let stage: Stage;
beforeAll(async () => {
  await puppetCode();
  stage = await Stage.open();
}, 60_000);

const denied = (action: string, hostError: HostError): string =>
  `${action}=${ERROR_CODES.ADP_POLICY_DENIED.number}/${HOST_ERROR_NUMBERS[hostError]}`;

/** Actions of a run, each with what became of it. */
async function acted(show: PuppetShow, options: AssemblyOptions = {}): Promise<(readonly [unknown, unknown])[]> {
  stage.forget();
  const result = await stage.fayger.run(await stage.load(show), { assembly: options });
  expect(result).toMatchObject({ state: "Terminated", exitCode: 0, failure: undefined });
  expect([stage.alive, stage.unanswered]).toEqual([[], []]);
  return stage.events.flatMap(({ name, fields }) => {
    if (fields["action"] === "fay_id.identify" || fields["action"] === "ego_model.next") return [];
    if (name === "action_refused") return [[fields["action"], fields["reason"]] as const];
    if (name === "action_started") return [[fields["action"], "begun"] as const];
    return [];
  });
}

/** An iFay in control mode ego that wants one thing after another. */
function wanting(plan: readonly string[], show: PuppetShow = {}): PuppetShow {
  const ego_model: Puppet = { script: { next: ["pick"] }, plan };
  const skills = {
    actions: [
      { name: "fly", skill: "flight" },
      { name: "pay", skill: "financial", permission: "money" },
    ],
  };
  return {
    controlMode: "ego",
    ego: { modelSource: "@test/pilot" },
    ...show,
    parts: { registered_skill: skills, sensor: {}, ego_model, ...show.parts },
  };
}

describe("actions of a running iFay", () => {
  // @spec assembly.actions, assembly.actions.boundaries, assembly.actions.permission, assembly.actions.reply
  it("reach no part where they are refused, and who called hears that they are", async () => {
    const constraints = { skillBoundaries: { allowed: ["flight"], restricted: ["financial"] } };
    const show = wanting(["registered_skill.fly", "registered_skill.pay", "sensor.read", "sensor.taste", "sensor"], {
      ego: { modelSource: "@test/pilot", constraints },
      permissions: { inherent: ["money"] },
    });
    // What the artifact's manifest does not name comes no further than the bus.
    expect(await acted(show)).toEqual([
      ["registered_skill.fly", "begun"],
      ["registered_skill.pay", "skill_restricted"],
      ["sensor.read", "permission_not_declared"],
      ["sensor", "unknown_action"],
    ]);
    const list = [
      "call registered_skill.pay",
      "call sensor.taste",
      "call sensor",
      "call registered_skill.fly",
      "answer",
    ];
    const parts = { internal_skill: { script: { list } } };
    stage.forget();
    const iFay = await stage.fayger.assemble(await stage.load(wanting([], { ...show, controlMode: "command", parts })));
    await iFay.command("internal_skill.list");
    const { output } = await iFay.command("internal_skill.list");
    expect(texts(output)).toEqual([
      "registered_skill.pay=0",
      denied("sensor.taste", "access_denied"),
      denied("sensor", "not_found"),
      "registered_skill.fly=0",
    ]);
    await iFay.end();
    await iFay.done;
  });

  // @spec assembly.actions.confirmation
  it("are confirmed by somebody, once each, or refused", async () => {
    const constraints = { skillBoundaries: { requiresConfirmation: ["financial", "flight"] } };
    const show = wanting(["registered_skill.fly", "registered_skill.pay"], {
      ego: { modelSource: "@test/pilot", constraints },
      permissions: { inherent: ["money"] },
    });
    const asked: unknown[] = [];
    const confirm: AssemblyOptions["confirm"] = async ({ action, caller, skill, permission }) => {
      asked.push([action, caller, skill, permission]);
      return skill === "flight";
    };
    const refused = ["registered_skill.pay", "not_confirmed"];
    expect(await acted(show, { confirm })).toEqual([["registered_skill.fly", "begun"], refused]);
    expect(asked).toEqual([
      ["registered_skill.fly", "assembly/main", "flight", undefined],
      ["registered_skill.pay", "assembly/main", "financial", undefined],
    ]);
    const nobody = [["registered_skill.fly", "not_confirmed"], refused];
    expect(await acted(show)).toEqual(nobody);
    expect(await acted(show, { confirm: () => Promise.reject(new Error("no")) })).toEqual(nobody);
    const rude = (): never => {
      throw new Error("no");
    };
    expect(await acted(show, { confirm: rude })).toEqual(nobody);
  });

  // @spec assembly.actions.persistent
  it("have persistent permissions given by whoever proves to be the one who may, for good", async () => {
    const plan = ["registered_skill.pay", "registered_skill.pay"];
    const permissions = { persistent: ["money"], authMethods: ["finger", "face", "voice"] };
    const proofs: string[] = [];
    const authentication = {
      methods: ["voice", "face"],
      prove: async (method: string, permission: string, { action, caller }: ActionQuestion) => {
        proofs.push(`${method} ${permission} ${caller} ${action}`);
        if (method === "face") throw new Error("no camera");
        return true;
      },
    };
    const twice = plan.map((action) => [action, "begun"]);
    expect(await acted(wanting(plan, { permissions }), { authentication })).toEqual(twice);
    const question = "money assembly/main registered_skill.pay";
    expect(proofs).toEqual([`face ${question}`, `voice ${question}`]);
    expect(stage.heard("permission_granted")).toEqual([{ permission: "money", method: "voice" }]);
    expect(await acted(wanting(plan, { permissions }), { given: ["money"] })).toEqual(twice);
    const never = plan.map((action) => [action, "not_authenticated"]);
    expect(await acted(wanting(plan, { permissions }))).toEqual(never);
    expect(await acted(wanting(plan), { given: ["money"] })).toEqual(
      plan.map((action) => [action, "permission_not_declared"]),
    );
  });

  it("are not done where the iFay is ended while somebody is asked", async () => {
    const constraints = { skillBoundaries: { requiresConfirmation: ["flight"] } };
    const show = wanting(["registered_skill.fly"], { ego: { modelSource: "@test/pilot", constraints } });
    stage.forget();
    let agree = (_yes: boolean): void => {};
    const asked = new Promise<void>((resolve) => {
      agree = () => resolve();
    });
    let answer = (_yes: boolean): void => {};
    const confirm = (): Promise<boolean> => {
      agree(true);
      return new Promise((resolve) => {
        answer = resolve;
      });
    };
    const iFay = await stage.fayger.assemble(await stage.load(show), { confirm });
    await asked;
    const ended = iFay.end();
    answer(true);
    await ended;
    expect((await iFay.done).state).toBe("Terminated");
    expect(stage.heard("action_started").map(({ action }) => action)).not.toContain("registered_skill.fly");
    expect([stage.alive, stage.unanswered]).toEqual([[], []]);
  });
});

describe("control modes", () => {
  // @spec assembly.control-mode.command, assembly.actions.command
  it("command: one action for each command, in their order, and nothing else that acts", async () => {
    stage.forget();
    const sensor = { script: { read: ["call registered_skill.fly", "answer"] } };
    const object = await stage.load(
      wanting([], { controlMode: "command", parts: { sensor }, permissions: { inherent: ["sensor_read"] } }),
    );
    const iFay = await stage.fayger.assemble(object);
    const [first, second, third] = await Promise.all([
      iFay.command("sensor.read"),
      iFay.command("registered_skill.fly", [{ type: "text", value: "north" }]),
      iFay.command("registered_skill.pay"),
    ]);
    expect(texts(first.output)).toEqual(["registered_skill.fly=0"]);
    expect(second).toEqual({ outcome: "done", output: [{ type: "text", value: "north" }] });
    expect(third).toEqual({ outcome: "refused", output: [] });
    iFay.finish();
    expect(await iFay.done).toMatchObject({ exitCode: 0 });
    expect(await iFay.command("sensor.read")).toEqual({ outcome: "failed", output: [] });
  });

  // @spec assembly.control-mode.command
  it("command: what no program can be called with is refused, and ends nothing", async () => {
    stage.forget();
    const iFay = await stage.fayger.assemble(await stage.load({ parts: { registered_skill: {} } }));
    const list = (depth: number): Tlv => ({ type: "list", value: depth === 0 ? [] : [list(depth - 1)] });
    const wrong: readonly (readonly [string, Tlv])[] = [
      ["registered_skill.list", { type: "text", value: "\ud800" }],
      ["registered_skill.list", { type: "u64", value: -1n }],
      ["registered_skill.list", list(50)],
      ["registered_skill.list", { type: "handle", value: 1 }],
      ["registered_skill.list", { type: "string", value: "two" } as never],
      ["\ud800", { type: "bool", value: true }],
    ];
    for (const [action, value] of wrong) expect(() => iFay.command(action, [value])).toThrow(TypeError);
    const begun: Tlv[] = ["begun", ""].map((value) => ({ type: "text", value }));
    expect(await iFay.command("fayger_runtime.next", begun)).toEqual({ outcome: "refused", output: [] });
    const long: Tlv = { type: "bytes", value: new Uint8Array(20_000_000) };
    const failed = { outcome: "failed", output: [], hostError: "too_large" };
    expect(await iFay.command("registered_skill.list", [long])).toEqual(failed);
    expect(await iFay.command("registered_skill.list", [list(2)])).toEqual({ outcome: "done", output: [list(2)] });
    iFay.finish();
    expect(await iFay.done).toMatchObject({ exitCode: 0 });
  });

  // @spec assembly.actions.command
  it("command: no part takes what a person commands, however often it tries", async () => {
    stage.forget();
    const pay = { name: "pay", skill: "financial", permission: "money" };
    const parts = {
      // Nobody commanded the identification, and so nothing of what it sets off.
      fay_id: { script: { identify: ["say me", "start sensor.spin"] } },
      // Round and round, for as long as the iFay lives.
      sensor: {
        script: { spin: ["answer", "start registered_skill.pay", "start internal_skill.spin"] },
        actions: [{ name: "spin" }],
      },
      internal_skill: { script: { spin: ["answer", "start sensor.spin"] }, actions: [{ name: "spin" }] },
      registered_skill: { actions: [pay] },
    };
    const iFay = await stage.fayger.assemble(await stage.load({ parts, permissions: { inherent: ["money"] } }));
    const outcomes: string[] = [];
    for (let count = 0; count < 5; count++) outcomes.push((await iFay.command("registered_skill.pay")).outcome);
    await iFay.end();
    await iFay.done;
    expect(outcomes).toEqual(Array(5).fill("done"));
    const payers = stage
      .heard("action_started")
      .flatMap(({ action, caller }) => (action === "registered_skill.pay" ? [caller] : []));
    expect(payers).toEqual(Array(5).fill("assembly/main"));
    expect(stage.heard("action_refused")).toContainEqual({
      action: "registered_skill.pay",
      caller: "sensor",
      reason: "not_commanded",
    });
  });

  // @spec assembly.control-mode.ego, assembly.control-mode.autonomous, assembly.control-mode.nobody
  it("ego and autonomous: what the model wants, and nothing where there is none", async () => {
    const plan = ["registered_skill.fly", "sensor.read"];
    const did = [
      ["registered_skill.fly", "begun"],
      ["sensor.read", "permission_not_declared"],
    ];
    expect(await acted(wanting(plan))).toEqual(did);
    const self_driven_behavior: Puppet = { script: { next: ["pick"] }, plan };
    const autonomous = wanting(["registered_skill.pay"], {
      controlMode: "autonomous",
      parts: { self_driven_behavior },
    });
    const next = ["self_driven_behavior.next", "begun"];
    expect(await acted(autonomous)).toEqual([next, did[0], next, did[1], next]);
    expect(await acted({ controlMode: "autonomous" })).toEqual([]);
    expect(await acted({ controlMode: "ego" })).toEqual([]);
    // Where nobody can give commands there are none.
    expect(await acted({ controlMode: "command" })).toEqual([]);
    const object = await stage.load({ controlMode: "ego" });
    const iFay = await stage.fayger.assemble(object);
    expect(() => iFay.command("sensor.read")).toThrow(TypeError);
    await iFay.done;
  });

  // @spec assembly.control-mode.ego
  it("hand the outcome of the last action to the model", async () => {
    const plan = ["registered_skill.fly", "sensor.read", "sensor.break"];
    const sensor: Puppet = { script: { break: ["refuse timed_out"] }, actions: [{ name: "break" }] };
    const skills: Puppet = { script: { fly: ["say there"] }, actions: [{ name: "fly", skill: "flight" }] };
    const ego_model: Puppet = { script: { next: ["tell", "pick"] }, plan };
    await acted(wanting([], { parts: { ego_model, sensor, registered_skill: skills } }));
    expect(stage.heard("reported").map(({ text }) => text)).toEqual([
      "begun,",
      "done,registered_skill.fly,there",
      "refused,sensor.read",
      "failed,sensor.break",
    ]);
  });

  // @spec assembly.control-mode.next
  it("answer the entry code alone", async () => {
    stage.forget();
    const parts = { registered_skill: { script: { list: ["next", "answer"] } } };
    const iFay = await stage.fayger.assemble(await stage.load({ parts }));
    expect(texts((await iFay.command("registered_skill.list")).output)).toEqual([denied("next", "access_denied")]);
    await iFay.end();
    await iFay.done;
  });
});

/** Parts that call each other as they like. */
const callers = ["fay_id", "ifay_profile", "registered_skill", "internal_skill", "sensor"] as const;
const own = ["ask", "act", "need"] as const;
const actionNames = callers.flatMap((part) => own.map((name) => `${part}.${name}`));
const step = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...actionNames).map((action) => `call ${action}`) },
  { weight: 2, arbitrary: fc.constantFrom(...actionNames).map((action) => `start ${action}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("steal 1", "steal 3", "release", "report x", "refuse timed_out", "exit", "keep"),
  },
);
const script = fc.array(step, { maxLength: 2 }).map((steps) => [...steps, "answer"]);
const puppet = fc.record({ ask: script, act: script, need: script });
const cast = fc.record({
  fay_id: puppet,
  ifay_profile: puppet,
  registered_skill: puppet,
  internal_skill: puppet,
  sensor: puppet,
});

describe("parts that call each other as they like", () => {
  // @spec assembly.actions, assembly.calls.answer, assembly.calls.deadlock, assembly.steps.end
  test.prop(
    [
      cast,
      fc.array(fc.constantFrom(...actionNames), { minLength: 1, maxLength: 4 }),
      fc.subarray(callers.map((part) => `${part} permission`)),
      fc.option(fc.nat(60), { nil: undefined }),
    ],
    { numRuns: 15 },
  )(
    "reach nothing that was refused, are answered once each, and leave nothing",
    async (scripts, commands, inherent, endAt) => {
      stage.forget();
      const parts = Object.fromEntries(
        Object.entries(scripts).map(([part, script]) => [
          part,
          {
            script: { identify: ["say me"], ...script },
            actions: [
              { name: "ask" },
              { name: "act", skill: "acting" },
              { name: "need", permission: `${part} permission` },
            ],
          },
        ]),
      );
      const iFay = await stage.fayger.assemble(await stage.load({ parts, permissions: { inherent } }));
      let left = endAt;
      const subscription = stage.fayger.events.subscribe(
        () => {
          if (left !== undefined && --left === 0) void iFay.end();
        },
        { categories: ["assembly"] },
      );
      // Kept calls are answered by nobody: what is still open after a while is ended, as a person would.
      const outcomes = Promise.all(commands.map((action) => iFay.command(action)));
      iFay.finish();
      const kept = Object.values(scripts).some((script) => Object.values(script).flat().includes("keep"));
      if (kept) void iFay.end();
      await outcomes;
      await iFay.done;
      subscription.unsubscribe();
      expect(stage.alive).toEqual([]);
      expect(stage.unanswered).toEqual([]);
      const commanded = new Map<unknown, boolean>();
      for (const { action, call, within } of stage.heard("action_started")) {
        const [part, name] = String(action).split(".");
        commanded.set(call, commanded.get(within) === true || commands.includes(String(action)));
        if (name === "need") expect(inherent).toContain(`${part} permission`);
        if (name === "need" || name === "act") expect(commanded.get(call)).toBe(true);
      }
    },
    60_000,
  );
});
