import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COMPONENTS } from "../../generated/enums/component-id.js";
import type { Tlv } from "../../generated/instructions/tlv.js";
import type { FayManifest } from "../../generated/json/fay-manifest.js";
import { createMemorySource, type IFay } from "../../reference/node.js";
import { assembleStock, stockRegistry, WAITING_IMPLEMENTATIONS, watchedFayger } from "./stock-registry.js";

// Every component of the stock registry in one iFay, commanded action by action.

const text = (value: string): Tlv => ({ type: "text", value });
const texts = (...values: string[]): Tlv[] => values.map(text);
const u64 = (value: number): Tlv => ({ type: "u64", value: BigInt(value) });
const f64 = (value: number): Tlv => ({ type: "f64", value });
const bytes = (value: Uint8Array): Tlv => ({ type: "bytes", value });

const CONFIG: Readonly<Record<string, FayManifest["modules"][number]["config"]>> = {
  fay_id: { id: "fay:of-tests" },
  aligned_consciousness: { wants: ["quiet evenings", "good food"] },
  cap_protocol: { targets: ["gimbal"] },
  external_knowledge: { facts: { "up/down": "a matter of view", bees: 6 } },
  meri_token: { balance: 10 },
  ssp_protocol: { services: ["knowledge", "weather"] },
};

const EVERYTHING: FayManifest = {
  name: "tests/everything",
  version: "1.0.0",
  description: "all of it",
  vendor: "tests",
  modules: COMPONENTS.filter(({ group }) => group !== "protocol").map(({ id }) => ({ id, config: CONFIG[id] ?? {} })),
  protocols: COMPONENTS.filter(({ group }) => group === "protocol").map(({ id }) => ({ id, config: CONFIG[id] ?? {} })),
  controlMode: "command",
  drivers: [
    { name: "Controller", type: "device", driverPackage: "@drone-drivers/fc-generic" },
    { name: "Gimbal", type: "device", driverPackage: "@drone-drivers/gimbal-generic" },
  ],
  permissions: {
    inherent: [
      ...COMPONENTS.flatMap(({ actions }) => actions.flatMap(({ permission }) => permission ?? [])),
      "flight_plan_execute",
    ],
  },
};

let iFay: IFay;
let reported: () => string[];

beforeAll(async () => {
  const { fayger, events } = watchedFayger(WAITING_IMPLEMENTATIONS[0]);
  const object = await fayger.load(createMemorySource(await assembleStock(JSON.stringify(EVERYTHING))));
  iFay = await fayger.assemble(object);
  reported = () => events.filter(({ name }) => name === "reported").map(({ fields }) => `${fields["text"]}`);
});
afterAll(async () => {
  // No part failed of whatever it was told.
  expect(iFay.result.errors).toEqual([]);
  await iFay.end();
});

/** What an action gave; what became of it where it was not done. */
async function act(action: string, ...input: Tlv[]): Promise<readonly Tlv[] | string> {
  const { outcome, output } = await iFay.command(action, input);
  return outcome === "done" ? output : outcome;
}

// @spec assembly.calls.answer
describe("the stock registry", () => {
  it("has every component that runs as a guest, and nothing else but drivers and models", async () => {
    const { registry } = await stockRegistry();
    const parts = new Set([...registry].flatMap(({ component }) => component ?? []));
    expect([...parts].sort()).toEqual(
      COMPONENTS.filter(({ runs }) => runs === "guest")
        .map(({ id }) => id)
        .sort(),
    );
    expect([...registry].filter(({ component }) => component === undefined).map(({ source }) => source)).toEqual([
      "@drone-drivers/dji-fc",
      "@drone-drivers/fc-generic",
      "@drone-drivers/gimbal-generic",
    ]);
    expect([...registry].every(({ provider }) => provider === "fayger")).toBe(true);
  });
});

describe("a stock component", () => {
  it("knows who this iFay is, and pairs it with one person", async () => {
    expect(iFay.result.fayId).toBe("fay:of-tests");
    expect(await act("fay_id.identify")).toEqual(texts("fay:of-tests"));
    expect(await act("ifay_profile.describe")).toEqual(texts("tests/everything", "1.0.0", "all of it", "tests"));
    expect(await act("faying_protocol.pair", text("Ada"))).toEqual(texts("fay:of-tests", "Ada"));
    expect(await act("faying_protocol.pair", text("Ada"))).toEqual(texts("fay:of-tests", "Ada"));
    expect(await act("faying_protocol.pair", text("Eve"))).toBe("failed");
  });

  it("proves who the person is, and to each service in another way", async () => {
    const challenge = bytes(Uint8Array.of(1, 2, 3));
    const [bank] = (await act("credential_management.prove", text("bank"), challenge)) as Tlv[];
    const [shop] = (await act("credential_management.prove", text("shop"), challenge)) as Tlv[];
    expect(bank).not.toEqual(shop);
    const verify = (service: string, proof: Tlv | undefined) =>
      act("credential_management.verify", text(service), challenge, proof ?? text(""));
    expect(await verify("bank", bank)).toEqual([{ type: "bool", value: true }]);
    expect(await verify("shop", bank)).toEqual([{ type: "bool", value: false }]);
  });

  it("keeps what it is given", async () => {
    expect(await act("personal_data_heap.get", text("tea"))).toBe("failed");
    await act("personal_data_heap.put", text("tea"), text("green"), u64(3));
    expect(await act("personal_data_heap.get", text("tea"))).toEqual([text("green"), u64(3)]);
    expect(await act("multi_terminal_sync.publish", text("a"), text("x"))).toEqual([u64(1)]);
    expect(await act("multi_terminal_sync.publish", text("b"), text("y"))).toEqual([u64(2)]);
    expect(await act("multi_terminal_sync.read", text("a"))).toEqual([u64(1), text("x")]);
    await act("telepathy_protocol.send", text("Bob"), text("hello"));
    expect(await act("telepathy_protocol.receive", text("Bob"))).toEqual(texts("hello"));
    expect(await act("telepathy_protocol.receive", text("Bob"))).toBe("failed");
  });

  it("works a screen, and is traced", async () => {
    await act("simulated_operation.operate", ...texts("type", "Name", "Ada"));
    expect(await act("simulated_operation.operate", ...texts("read", "Name"))).toEqual(texts("Ada"));
    await act("simulated_operation.operate", ...texts("press", "Clear"));
    expect(await act("simulated_operation.operate", ...texts("read", "Name"))).toBe("failed");
    expect(await act("first_person_tracer.trace")).toEqual(texts("type Name", "press Clear"));
  });

  it("reaches outside, as far as it is let", async () => {
    expect(await act("external_knowledge.look_up", text("up/down"))).toEqual(texts("a matter of view"));
    expect(await act("external_knowledge.look_up", text("bees"))).toEqual([{ type: "i64", value: 6n }]);
    expect(await act("external_knowledge.look_up", text("wasps"))).toBe("failed");
    expect(await act("external_knowledge.look_up", ...texts("bees", "gossip"))).toBe("failed");
    expect(await act("ssp_protocol.open", text("weather"))).toEqual([u64(2)]);
    expect(await act("interactive_conversation_protocol.say", text("Good day"))).toEqual([u64(1)]);
    expect(reported()).toContain("says: Good day");
  });

  it("thinks about itself and about what the person wants", async () => {
    const reflect = async (outcome: string) => ((await act("self_awareness.reflect", text(outcome))) as Tlv[])[0];
    expect(await reflect("done")).toEqual(text("go_on"));
    const words = [await reflect("failed"), await reflect("failed"), await reflect("failed")];
    expect(words).toEqual(texts("again", "again", "let_be"));
    expect(await reflect("refused")).toEqual(text("let_be"));
    expect(await act("aligned_consciousness.align", text("Good quiet evenings abroad"))).toEqual([f64(0.75)]);
    await act("personal_data_heap.put", ...texts("wants", "go abroad"));
    expect(await act("aligned_consciousness.align", text("Good quiet evenings abroad"))).toEqual([f64(1)]);
    expect(await act("ego_model.next")).toEqual([]);
    expect(await act("self_driven_behavior.next")).toEqual([]);
  });

  it("records contributions in a chain, and gives no more than there is", async () => {
    const digest = (...parts: Uint8Array[]) =>
      new Uint8Array(createHash("sha256").update(Buffer.concat(parts)).digest());
    const long = "a contribution ".repeat(20);
    const first = digest(new Uint8Array(32), digest(Buffer.from(long)));
    expect(await act("gmchain.record", text(long))).toEqual([u64(1), bytes(first)]);
    expect(await act("gmchain.record", text("b"))).toEqual([u64(2), bytes(digest(first, digest(Buffer.from("b"))))]);
    expect(await act("meri_token.transfer", text("Bob"), f64(4))).toEqual([f64(6)]);
    expect(await act("meri_token.transfer", text("Bob"), f64(7))).toBe("failed");
    expect(await act("meri_token.transfer", text("Bob"), f64(-7))).toBe("failed");
    expect(await act("meri_token.balance")).toEqual([f64(6)]);
  });

  it("controls the devices that it may take over", async () => {
    expect(await act("device_driver_hub.list")).toEqual(texts("flight_controller", "gimbal"));
    const point = [...texts("gimbal", "point"), f64(-30)];
    expect(await act("device_driver_hub.control", ...point)).toEqual([f64(-30), f64(0)]);
    expect(await act("device_driver_hub.control", ...texts("gimbal", "point"), f64(-100))).toBe("failed");
    expect(await act("device_driver_hub.control", ...texts("flight_controller", "land"))).toBe("refused");
    expect(await act("device_driver_hub.control", ...texts("toaster", "toast"))).not.toBeInstanceOf(Array);
    expect(await act("dtp_protocol.transfer", ...texts("a", "x"))).toEqual([u64(1), text("x")]);
    expect(await act("dtp_protocol.transfer", ...texts("a", "y"))).toEqual([u64(2), text("y")]);
  });

  it("has skills of others and of its own", async () => {
    const skills = ["flight_control", "obstacle_avoidance", "photograph", "pay_landing_fee"];
    expect(await act("registered_skill.list")).toEqual(texts(...skills));
    expect(await act("invoke_skill.invoke", text("photograph"), text("me"))).toEqual([
      u64(1),
      text("me"),
      f64(0),
      f64(0),
    ]);
    expect(await act("invoke_skill.invoke", text("estimate_way"), ...[0, 0, 30, 40].map(f64))).toEqual([
      f64(50),
      f64(6.25),
    ]);
    expect(await act("invoke_skill.invoke", text("juggle"))).toBe("failed");
    expect(await act("registered_skill.obstacle_avoidance", f64(-120), f64(80))).toEqual([-89, -4, -120, 80].map(f64));
    const echoes = await act("sensor.read", text("lidar"));
    expect(echoes.slice(0, 4)).toEqual([f64(Math.hypot(60, 40) - 15), text("radio mast"), f64(80), f64(120)]);
    expect(await act("sensor.read", text("smell"))).toBe("failed");
  });

  it("answers whatever it is told, and is there afterwards", { timeout: 60_000 }, async () => {
    const { registry } = await stockRegistry();
    const inputs: Tlv[][] = [
      [],
      [text("")],
      [
        text("\u0000\u{1f600}".repeat(500)),
        { type: "f64", value: Number.NaN },
        { type: "f64", value: Number.POSITIVE_INFINITY },
      ],
      [{ type: "list", value: [{ type: "list", value: [] }] }, { type: "bool", value: true }, { type: "none" }],
    ];
    const chosen = [...registry].filter(({ source }) => source === undefined || !/dji|pilot/.test(source));
    for (const { part, component, actions } of chosen) {
      const table = COMPONENTS.find(({ id }) => id === component)?.actions ?? [];
      for (const { name } of [...table, ...actions]) {
        for (const input of inputs) {
          const { outcome } = await iFay.command(`${part}.${name}`, input);
          expect(["done", "refused", "failed"]).toContain(outcome);
        }
      }
    }
    expect(await act("fay_id.identify")).toEqual(texts("fay:of-tests"));
    expect(await act("gimbal.describe")).toEqual(texts("gimbal with a camera"));
    // A part that had failed would be unavailable.
    for (const { id, runs, actions } of COMPONENTS) {
      if (runs === "host") continue;
      const { outcome } = await iFay.command(`${id}.${actions[0]?.name}`, texts("done", "x", "y"));
      expect(`${id} ${outcome}`).toMatch(/ (done|refused|failed)$/);
    }
  });
});
