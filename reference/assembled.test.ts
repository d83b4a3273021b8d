import { beforeAll, describe, expect, it } from "vitest";
import { SectionKind } from "../generated/enums/section-kind.js";
import { type PuppetShow, packShow, puppetCode } from "./assembly/session/testing/puppets.js";
import { Stage, texts } from "./assembly/session/testing/stage.js";
import { createMemorySource, createSerializer, nodeSha256 } from "./node.js";
import { createWebLoader } from "./web.js";

let stage: Stage;
beforeAll(async () => {
  await puppetCode();
  stage = await Stage.open();
}, 60_000);

const full: PuppetShow = {
  controlMode: "ego",
  parts: { cap_protocol: {}, sensor: {}, dtp_protocol: {}, device_driver_hub: {} },
  drivers: { gimbal: {}, camera: {} },
  ego: { modelSource: "@test/model" },
};
const steps = [
  ["modules", "fay_id", "sensor", "device_driver_hub", "ifay_profile", "multi_terminal_sync"],
  ["protocols", "faying_protocol", "cap_protocol", "dtp_protocol"],
  ["control_mode"],
  ["drivers", "gimbal", "camera"],
  ["ego_model", "ego_model"],
];

describe("an assembly", () => {
  // @spec assembly.steps, assembly.steps.events, assembly.calls.identity, assembly.steps.instances
  it("takes the steps in their order, each part an instance of its own, and says who it is", async () => {
    stage.forget();
    const iFay = await stage.fayger.assemble(await stage.load(full));
    expect(stage.heard("step_started").map(({ step, parts }) => [step, ...(parts as string[])])).toEqual(steps);
    expect(stage.heard("step_completed").map(({ step }) => step)).toEqual(steps.map(([step]) => step));
    expect(stage.heard("completed")).toEqual([
      {
        name: "test/puppets",
        version: "1.0.0",
        control_mode: "ego",
        fay_id: "fay-of-puppets",
        components: iFay.result.assembledComponents,
        protocols: ["faying_protocol", "cap_protocol", "dtp_protocol"],
        drivers: ["camera", "gimbal"],
      },
    ]);
    expect(iFay.result).toMatchObject({ success: true, fayId: "fay-of-puppets", controlMode: "ego", errors: [] });
    expect(iFay.result.assembledComponents).toContain("permission_system");
    const result = await iFay.done;
    expect(result).toMatchObject({ state: "Terminated", exitCode: 0, failure: undefined, exceeded: undefined });
    const made = stage.events.filter(({ fields }) => fields["to"] === "Loaded").map(({ instance }) => instance);
    expect(new Set(made).size).toBe(12);
    expect(stage.alive).toEqual([]);
  });

  // @spec runtime.close
  it("ends when its Fayger closes, which assembles nothing afterwards", async () => {
    const own = await Stage.open();
    const show = await own.load({ ...full, controlMode: "command" });
    const iFay = await own.fayger.assemble(show);
    expect(own.alive).toHaveLength(12);
    await own.fayger.close();
    expect(await iFay.done).toMatchObject({ state: "Terminated", failure: undefined });
    expect(own.alive).toEqual([]);
    await expect(own.fayger.assemble(show)).rejects.toThrow("was closed");
    await expect(own.fayger.run(show)).rejects.toThrow("was closed");
    await show.close();
  });

  // @spec runtime.close, assembly.steps.failed
  it("is refused with a code where its Fayger closes meanwhile, whenever that is", async () => {
    const codes = new Map<string, unknown>();
    for (const moment of ["step_started", "action_started", "step_completed", "completed"]) {
      const own = await Stage.open();
      const show = await own.load(full);
      let closed: Promise<void> | undefined;
      own.fayger.events.subscribe(
        ({ name }) => {
          if (name === moment) closed ??= own.fayger.close();
        },
        { categories: ["assembly"] },
      );
      const refused: unknown = await own.fayger.assemble(show).catch((error: unknown) => error);
      const { code, cause } = refused as { readonly code?: string; readonly cause?: Error };
      codes.set(moment, [code, cause?.message]);
      await closed;
      expect(own.alive).toEqual([]);
    }
    expect([...codes]).toEqual([
      ["step_started", ["RT_ASSEMBLY_FAILED", "the assembly was stopped"]],
      ["action_started", ["RT_ASSEMBLY_FAILED", "the assembly was stopped"]],
      ["step_completed", ["RT_ASSEMBLY_FAILED", "the assembly was stopped"]],
      ["completed", ["HOST_ERROR", undefined]],
    ]);
  });

  // @spec assembly.steps.end
  it("ends its parts in the reverse of the order in which they were started", async () => {
    for (const how of ["by itself", "from outside"]) {
      stage.forget();
      const iFay = await stage.fayger.assemble(await stage.load({ ...full, controlMode: "command" }));
      if (how === "by itself") iFay.finish();
      else await iFay.end();
      await iFay.done;
      const order = (to: string): unknown[] =>
        stage.events.filter(({ fields }) => fields["to"] === to).map(({ instance }) => instance);
      expect(order("Terminated")).toEqual(order("Loaded").reverse());
    }
  });

  // @spec assembly.steps.failed, assembly.steps.events
  it("names the step and the part that failed, and undoes everything before in reverse", async () => {
    const code = new TextEncoder().encode("no program");
    const failing: [string, string, PuppetShow][] = [
      ["modules", "sensor", { ...full, parts: { ...full.parts, sensor: { code } } }],
      ["protocols", "cap_protocol", { ...full, parts: { ...full.parts, cap_protocol: { code } } }],
      ["drivers", "camera", { ...full, drivers: { gimbal: {}, camera: { code } } }],
      ["ego_model", "ego_model", { ...full, parts: { ...full.parts, ego_model: { code } } }],
    ];
    for (const [step, part, show] of failing) {
      stage.forget();
      const object = await stage.load(show);
      await expect(stage.fayger.run(object)).rejects.toMatchObject({
        code: "RT_ASSEMBLY_FAILED",
        context: { step, part },
        cause: { code: "RT_CODE_INVALID" },
      });
      expect(stage.heard("step_failed")).toEqual([{ step, part, code: "RT_CODE_INVALID" }]);
      const before = steps.map(([name]) => name);
      const done = before.slice(0, before.indexOf(step));
      expect(stage.heard("step_completed").map((fields) => fields["step"])).toEqual(done);
      expect(stage.heard("step_undone").map((fields) => fields["step"])).toEqual([...done].reverse());
      expect(stage.heard("completed")).toEqual([]);
      const raised = stage.heard("raised").map((fields) => fields["code"]);
      expect(raised).toEqual(["RT_CODE_INVALID", "RT_ASSEMBLY_FAILED"]);
      expect(stage.alive).toEqual([]);
    }
  });

  // @spec assembly.steps.end
  it("leaves nothing where its entry code cannot be started", async () => {
    stage.forget();
    const object = await stage.load(full, Uint8Array.of(0));
    await expect(stage.fayger.assemble(object)).rejects.toMatchObject({ code: "RT_CODE_INVALID" });
    expect(stage.heard("completed")).toHaveLength(1);
    expect(stage.alive).toEqual([]);
  });

  // @spec assembly.steps.failed
  it("is stopped by its signal whenever that is raised, and leaves nothing", async () => {
    const object = await stage.load({ ...full, controlMode: "command" });
    const whole = await counted(object, -1);
    expect(whole).toBeGreaterThan(50);
    for (let at = 0; at < whole; at += 5) await counted(object, at);
  }, 60_000);

  /** Events of one iFay whose signal is raised at the event with this number. */
  async function counted(object: Parameters<typeof stage.fayger.assemble>[0], at: number): Promise<number> {
    stage.forget();
    const stop = new AbortController();
    if (at === 0) stop.abort();
    let seen = 0;
    const subscription = stage.fayger.events.subscribe(
      () => {
        seen += 1;
        if (seen === at) stop.abort();
      },
      { categories: ["assembly", "lifecycle"] },
    );
    try {
      const iFay = await stage.fayger.assemble(object, { signal: stop.signal });
      const outcome = iFay.command("sensor.read");
      iFay.finish();
      expect(await outcome).toMatchObject({ outcome: at < 0 ? "refused" : expect.any(String) });
      expect((await iFay.done).state).toBe("Terminated");
    } catch (error) {
      expect(error).toMatchObject({ code: "RT_ASSEMBLY_FAILED", cause: { context: { name: "aborted" } } });
      expect(stop.signal.aborted).toBe(true);
    } finally {
      subscription.unsubscribe();
    }
    expect(stage.alive).toEqual([]);
    expect(stage.unanswered).toEqual([]);
    return seen;
  }

  // @spec assembly.calls.policy
  it("needs nothing of the host's policy, whose quotas hold for each part", async () => {
    const bounded = await Stage.open({ policy: { capabilities: [], quotas: { fuel: 200_000 } } });
    const show: PuppetShow = {
      parts: {
        sensor: { script: { read: ["loop"] } },
        registered_skill: { script: { list: ["call sensor.read", "answer"] } },
      },
      permissions: { inherent: ["sensor_read"] },
    };
    const iFay = await bounded.fayger.assemble(await bounded.load(show));
    expect(await iFay.command("sensor.read")).toEqual({
      outcome: "failed",
      output: [],
      // @spec assembly.calls.cause
      hostError: "unavailable",
      code: "RT_QUOTA_EXCEEDED",
    });
    // The part is gone, and the others go on.
    const { outcome, output } = await iFay.command("registered_skill.list");
    expect([outcome, ...texts(output)]).toEqual(["done", expect.stringMatching(/^sensor.read=[1-9]/)]);
    iFay.finish();
    expect(await iFay.done).toMatchObject({ state: "Terminated", exitCode: 0 });
    expect(bounded.alive).toEqual([]);
  });

  it("runs on each implementation whose programs can wait", async () => {
    for (const engine of ["fayger/interpreter", "fayger/host-engine-worker", "fayger/host-engine"]) {
      const other = await Stage.open({ policy: { capabilities: [], implementations: [engine] } });
      const iFay = await other.fayger.assemble(await other.load({ parts: { registered_skill: {} } }));
      expect(await iFay.command("registered_skill.list", [{ type: "bool", value: true }])).toEqual({
        outcome: "done",
        output: [{ type: "bool", value: true }],
      });
      await iFay.end();
      expect(other.alive).toEqual([]);
    }
  }, 30_000);

  it("is not recorded, replayed, saved or resumed, and says so", async () => {
    const object = await stage.load(full);
    const bytes = new Uint8Array(0);
    for (const options of [{ record: true }, { save: true }, { replay: bytes }, { from: bytes }]) {
      await expect(stage.fayger.run(object, options)).rejects.toBeInstanceOf(TypeError);
    }
    expect(stage.fayger.assembled(object)?.parts.map(({ name }) => name)).toContain("gimbal");
  });

  it("is run by any Fayger, whichever loader has judged it", async () => {
    const loader = await createWebLoader({ enforceSignature: false, sha256: nodeSha256 });
    const object = await loader.load(createMemorySource(await packShow(full)));
    expect(loader.assembled(object)?.manifest.name).toBe("test/puppets");
    stage.forget();
    expect(await stage.fayger.run(object)).toMatchObject({ state: "Terminated", exitCode: 0 });
    expect(stage.heard("completed")).toHaveLength(1);
  });

  // @spec errors.api-misuse
  it("is never taken for a program without parts where a bare loader has loaded it", async () => {
    const { fayger } = stage;
    const object = await fayger.loader.load(createMemorySource(await packShow(full)), { profile: fayger.profile() });
    const refused = /^the artifact is an assembled one that was not judged when it was loaded/;
    expect(() => fayger.assembled(object)).toThrow(refused);
    await expect(fayger.run(object)).rejects.toThrow(refused);
    await expect(fayger.assemble(object)).rejects.toThrow(TypeError);
    await object.close();
  });

  // @spec loader.hand-off.assembly
  it("is judged when it is loaded, before the caller takes the object, and on every host", async () => {
    const taken: boolean[] = [];
    const object = await stage.fayger.load(createMemorySource(await packShow(full)), {
      handOff: (loaded) => void taken.push(stage.fayger.assembled(loaded) !== undefined),
    });
    expect(taken).toEqual([true]);
    await object.close();
    const bad = createSerializer(nodeSha256).serialize({
      manifest: { ...object.manifest, assembly: "assembly/fay" },
      sections: [
        {
          sectionId: "assembly/fay",
          kind: SectionKind.Assembly,
          visibility: 0,
          profileConstraints: {},
          body: Uint8Array.of(0),
        },
        {
          sectionId: "assembly/main",
          kind: SectionKind.Code,
          visibility: 0,
          profileConstraints: {},
          body: Uint8Array.of(0),
        },
      ],
    });
    const refusal = { code: "LDR_ASSEMBLY_INVALID", context: { phase: "hand_off", reason: "not_decodable" } };
    const handOff = (): never => expect.fail("taken");
    await expect(stage.fayger.load(createMemorySource(bad), { handOff })).rejects.toMatchObject(refusal);
    const web = await createWebLoader({ enforceSignature: false, sha256: nodeSha256 });
    await expect(web.load(createMemorySource(bad), { handOff })).rejects.toMatchObject(refusal);
    // An object that was not loaded here is none that was judged.
    const foreign = Object.create(object);
    await expect(stage.fayger.assemble(foreign)).rejects.toBeInstanceOf(TypeError);
    await expect(stage.fayger.run(foreign, { assembly: {} })).rejects.toBeInstanceOf(TypeError);
  });
});
