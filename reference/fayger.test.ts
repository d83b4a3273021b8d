import { describe, expect, test } from "vitest";
import {
  type Artifact,
  beginTrace,
  childSpan,
  createFayger,
  createMemorySource,
  createSerializer,
  emptyTrustStore,
  Fayger,
  FaygerError,
  type FaygerEvent,
  generateKeyPair,
  nodeHost,
  nodeSha256,
  trustKeyOf,
  withTrustKey,
  writeTrustStore,
} from "./node.js";
import { numberedIds } from "./runtime/index.js";

// The layers put together, with real keys, real bytes and the real engine.
// @spec architecture.composition-root @spec capabilities.deny-by-default @spec signatures.enforce-default

const encode = (hexadecimal: string): Uint8Array => new Uint8Array(Buffer.from(hexadecimal, "hex"));
const HEAD = "0061736d01000000010401600000030201000503010001071002066d656d6f727902000372756e0000";
/** Exports a memory and `run`, whose body is given. */
const program = (code: string): Uint8Array => {
  const body = encode(`00${code}0b`);
  return new Uint8Array([...encode(HEAD), 0x0a, body.length + 2, 0x01, body.length, ...body]);
};
const NOTHING = program("");
const UNREACHABLE = program("00");

const artifact = (code: Uint8Array, requiredCapabilities: readonly string[] = []): Artifact => ({
  manifest: {
    schemaVersion: [1, 0],
    runtimeInterfaceMin: [1, 0, 0],
    name: "test/program",
    version: "1.0.0",
    entry: { section: "main", symbol: "run" },
    runtime: { codeFormat: "wasm-core-2" },
    requiredCapabilities,
  },
  sections: [{ sectionId: "main", kind: 1, visibility: 0, profileConstraints: {}, body: code }],
});
const serializer = createSerializer(nodeSha256);
const source = (content: Artifact) => createMemorySource(serializer.serialize(content));
const unsigned = { enforceSignature: false };

const rejection = async (promise: Promise<unknown>): Promise<FaygerError> => {
  const error = await promise.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(FaygerError);
  return error as FaygerError;
};

describe("what is not allowed is denied", () => {
  test("an artifact needs a trusted signature unless that is turned off", async () => {
    const strict = await createFayger();
    expect(await rejection(strict.load(source(artifact(NOTHING))))).toMatchObject({
      code: "LDR_SIGNATURE_FAIL",
      context: { reason: "MissingSignature" },
    });
    const lax = await createFayger(unsigned);
    expect((await lax.load(source(artifact(NOTHING)))).trust).toBe("unsigned");

    const { signer, publicKey } = generateKeyPair("ed25519");
    const key = trustKeyOf(publicKey, nodeSha256);
    const trustStore = writeTrustStore(withTrustKey(emptyTrustStore(0), key as NonNullable<typeof key>, 1), nodeSha256);
    const trusting = await createFayger({ trustStore });
    const signed = await serializer.sign(artifact(NOTHING), signer);
    const object = await trusting.load(source(signed));
    expect(object.trust).toBe("verified");
    expect(await trusting.run(object)).toMatchObject({ state: "Terminated", failure: undefined });
  });

  test("a program with a required capability that the policy does not name never starts", async () => {
    const fayger = await createFayger(unsigned);
    const object = await fayger.load(source(artifact(NOTHING, ["io.stdio"])));
    const error = await rejection(fayger.run(object));
    expect(error).toMatchObject({ code: "RT_CAPABILITY_INSUFFICIENT", context: { missing: ["io.stdio"] } });
    const allowed = await createFayger({ ...unsigned, policy: { capabilities: ["io.stdio"] } });
    const again = await allowed.load(source(artifact(NOTHING, ["io.stdio"])));
    expect((await allowed.run(again)).state).toBe("Terminated");
  });

  test("a policy that breaks its schema is refused before anything is built", () => {
    const policy = { capabilities: ["Not A Capability"] };
    expect(() => Fayger.create(nodeHost(), { policy })).toThrow(TypeError);
  });

  test("a policy with a misspelled name is refused by the name that is there, too", () => {
    const policy = { capabilites: ["io.stdio"] } as unknown as { capabilities: string[] };
    expect(() => Fayger.create(nodeHost(), { policy })).toThrow(
      /`capabilities` is missing; .*`capabilites` is not one of/,
    );
  });
});

describe("a run", () => {
  test("that traps is Failed, says why, and leaves the next one alone", async () => {
    const fayger = await createFayger({ ...unsigned, ids: numberedIds() });
    const failed = await fayger.run(await fayger.load(source(artifact(UNREACHABLE))));
    expect(failed).toMatchObject({ instance: "instance#1", state: "Failed" });
    expect(failed.failure?.error).toMatchObject({ code: "RT_TRAP", context: { trap: "unreachable" } });
    const next = await fayger.run(await fayger.load(source(artifact(NOTHING))));
    expect(next).toMatchObject({ instance: "instance#2", state: "Terminated", failure: undefined });
  });

  test("that is aborted before it starts ends without a failure", async () => {
    const fayger = await createFayger(unsigned);
    const object = await fayger.load(source(artifact(NOTHING)));
    const abort = new AbortController();
    abort.abort();
    expect(await fayger.run(object, { signal: abort.signal })).toMatchObject({
      state: "Terminated",
      failure: undefined,
    });
  });

  test("is told on the bus from the first phase to the last transition, in order", async () => {
    const events: FaygerEvent[] = [];
    const fayger = await createFayger({ ...unsigned, observe: (bus) => bus.subscribe((event) => events.push(event)) });
    await fayger.run(await fayger.load(source(artifact(NOTHING))));
    expect(events.map((event) => event.sequence)).toEqual(events.map((_, index) => index));
    const phases = events.filter((event) => event.name === "phase_completed").map((event) => event.fields["phase"]);
    expect(phases).toHaveLength(10);
    const transitions = events.filter((event) => event.name === "transition").map((event) => event.fields["to"]);
    expect(transitions).toEqual(["Loaded", "Initialized", "Running", "Terminated"]);
    expect(events.findIndex((event) => event.name === "adapter_selected")).toBeGreaterThanOrEqual(0);
    expect(fayger.events.counters()).toMatchObject({ published: events.length, failed: 0 });
  });

  // @spec events.trace-context
  test("belongs to the trace that its host gave, event by event", async () => {
    const fill = (target: Uint8Array) => target.set(nodeSha256.digest(target).subarray(0, target.length));
    const request = beginTrace(fill);
    const span = childSpan(request, fill);
    const events: FaygerEvent[] = [];
    const fayger = await createFayger({
      ...unsigned,
      trace: (instance) => (instance === undefined ? request : span),
      observe: (bus) => bus.subscribe((event) => events.push(event)),
    });
    await fayger.run(await fayger.load(source(artifact(NOTHING))));
    expect(new Set(events.map(({ instance, trace }) => (instance === undefined) === (trace === request)))).toEqual(
      new Set([true]),
    );
    expect(events.filter(({ name }) => name === "transition").map(({ trace }) => trace)).toEqual(Array(4).fill(span));
  });
});

test("the profile of a host claims what its adapter has and its policy allows", async () => {
  const fayger = await createFayger({ adapter: "server", policy: { capabilities: ["fs.read", "ui.dom"] } });
  expect(fayger.profile()).toEqual({ terminal: "server", capabilities: ["fs.read"], features: [] });
  // @spec selection.presets
  expect(fayger.profile("embedded_constrained")).toEqual({
    terminal: "embedded",
    capabilities: ["fs.read"],
    features: [],
    memory_bytes: 16_777_216,
    max_section_bytes: 2_097_152,
    max_total_bytes: 4_194_304,
  });
});
