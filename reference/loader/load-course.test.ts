import { describe, expect, test } from "vitest";
import { LOADER_PHASES, LoaderPhase } from "../../generated/enums/loader-phase.js";
import type { BufObject } from "../contracts/buf-object.js";
import type { SourceRetry } from "../contracts/buf-source.js";
import type { Sha256, SignaturePolicy } from "../contracts/security.js";
import { FaygerError } from "../errors/fayger-error.js";
import { nodeSha256 } from "../security/backends/node.js";
import type { LoaderServices, LoadOptions } from "./load-options.js";
import { createLoader } from "./loader.js";
import type { LoadProgress } from "./progress.js";
import { createSerializer } from "./serializer.js";
import { ObservedSource, type ObservedSourceOptions } from "./testing/observed-source.js";
import { recordedServices, TRUSTING_POLICY } from "./testing/recorded-services.js";
import { SAMPLE_PROFILE, sampleManifest, sampleSection, sampleSections } from "./testing/sample-artifact.js";

const serializer = createSerializer(nodeSha256);
const BODY_BYTES = 40_000;
const artifact = {
  manifest: sampleManifest({ deprecationNotice: "use another", annotations: { note: "x".repeat(70_000) } }),
  sections: [
    ...sampleSections(),
    ...["a", "b", "c"].map((letter) => sampleSection(`big/${letter}`, new Uint8Array(BODY_BYTES).fill(3))),
  ],
};
const bytes = serializer.serialize(artifact);
const never = (): Promise<never> => new Promise(() => undefined);
const PIECE_BYTES = 10_000;

type Outcome = { readonly object: BufObject } | { readonly error: unknown };

interface Run {
  readonly outcome: Outcome;
  readonly source: ObservedSource;
}

async function run(
  options: Partial<LoadOptions>,
  services: LoaderServices,
  form: ObservedSourceOptions = {},
): Promise<Run> {
  const source = new ObservedSource(bytes, form);
  const loading = createLoader(services, { pieceBytes: PIECE_BYTES }).load(source, {
    profile: SAMPLE_PROFILE,
    ...options,
  });
  const outcome = await loading.then(
    (object): Outcome => ({ object }),
    (error: unknown): Outcome => ({ error }),
  );
  return { outcome, source };
}

function expectAborted({ outcome, source }: Run, phase: LoaderPhase): void {
  const error = "error" in outcome ? outcome.error : undefined;
  expect(error).toBeInstanceOf(FaygerError);
  expect(error).toMatchObject({ code: "LDR_ABORTED", context: { phase } });
  expect(source.closed).toBe(1);
}

describe("a load that is stopped", () => {
  // @spec loader.cancellation, loader.close
  test.each(["eager", "lazy"] as const)("at any event fails in that phase or the next (%s)", async (strategy) => {
    const course: (LoaderPhase | undefined)[] = [];
    const whole = recordedServices(nodeSha256);
    const first = await run({ strategy }, whole);
    expect(first.outcome).toHaveProperty("object");
    for (const { name, fields } of whole.recorded) {
      if (name === "load.phase_started") course.push(fields.phase);
      else course.push(name === "load.load_completed" ? undefined : course.at(-1));
    }
    expect(course.length).toBeGreaterThan(25);
    for (const [at, phase] of course.entries()) {
      const controller = new AbortController();
      const services = recordedServices(nodeSha256);
      let published = 0;
      const events = {
        enabled: () => true,
        publish: () => {
          if (published === at) controller.abort();
          published += 1;
        },
      };
      const { outcome, source } = await run({ strategy, signal: controller.signal }, { ...services, events });
      if ("object" in outcome) {
        // Too late to stop anything: the object is on its way out.
        expect([LoaderPhase.HandOff, undefined]).toContain(phase);
        expect(source.closed).toBe(0);
        await outcome.object.close();
      } else {
        const position = phase === undefined ? 0 : LOADER_PHASES.indexOf(phase);
        const expected = LOADER_PHASES.slice(position, position + 2);
        expect(outcome.error).toMatchObject({ code: "LDR_ABORTED" });
        expect(expected).toContain((outcome.error as FaygerError<"LDR_ABORTED">).context.phase);
      }
      expect(source.closed).toBe(1);
    }
  });

  test("does not wait for a source that never opens, nor for one that fails later on", async () => {
    for (const answer of [never, () => Promise.resolve().then(never)]) {
      for (const opensEnds of [false, true]) {
        const controller = new AbortController();
        const running = run({ signal: controller.signal }, recordedServices(nodeSha256), { answer, opensEnds });
        queueMicrotask(() => controller.abort());
        expectAborted(await running, LoaderPhase.ReadHead);
      }
    }
    let fail: (error: Error) => void = () => undefined;
    const controller = new AbortController();
    const running = run({ signal: controller.signal }, recordedServices(nodeSha256), {
      answer: () =>
        new Promise((_resolve, reject) => {
          fail = reject;
        }),
    });
    queueMicrotask(() => controller.abort());
    expectAborted(await running, LoaderPhase.ReadHead);
    // An unhandled rejection would fail the whole run of tests.
    fail(new Error("too late"));
    await Promise.resolve();
  });

  test("does not wait for a slow digest or signature policy", async () => {
    const cases: readonly [LoaderPhase, Partial<Sha256>, SignaturePolicy][] = [
      [LoaderPhase.VerifyDigest, { digestLong: never }, TRUSTING_POLICY],
      [LoaderPhase.VerifySignature, {}, { decide: never }],
    ];
    for (const [phase, digest, policy] of cases) {
      const controller = new AbortController();
      const services = recordedServices({ ...nodeSha256, ...digest }, policy);
      const publish: typeof services.events.publish = (name, fields) => {
        if (name === "load.phase_started" && "phase" in fields && fields.phase === phase) {
          queueMicrotask(() => queueMicrotask(() => controller.abort()));
        }
      };
      const events = { publish, enabled: () => true };
      expectAborted(await run({ signal: controller.signal, strategy: "eager" }, { ...services, events }), phase);
    }
  });

  test("does not wait for the digest of a long body, nor for a source that is asked whether it changed", async () => {
    const controller = new AbortController();
    const long = { ...nodeSha256, digestLong: (data: Uint8Array) => (data.length > 100_000 ? never() : digest(data)) };
    const digest = async (data: Uint8Array): Promise<Uint8Array> => nodeSha256.digest(data);
    const body = sampleSection("z", new Uint8Array(150_000));
    const source = new ObservedSource(serializer.serialize({ ...artifact, sections: [...sampleSections(), body] }));
    const loader = createLoader(recordedServices(long), { pieceBytes: PIECE_BYTES });
    const loading = loader.load(source, { profile: SAMPLE_PROFILE, strategy: "eager", signal: controller.signal });
    loading.catch(() => undefined);
    while (source.reads.length < 18) await Promise.resolve();
    controller.abort();
    await expect(loading).rejects.toMatchObject({ code: "LDR_ABORTED", context: { phase: "read_sections" } });
    expect(source.closed).toBe(1);

    const asked = new ObservedSource(bytes);
    const object = await createLoader(recordedServices(nodeSha256)).load(asked, { profile: SAMPLE_PROFILE });
    Object.assign(asked, { size: never });
    const stop = new AbortController();
    const reading = object.sections.read("big/a", stop.signal);
    stop.abort();
    await expect(reading).rejects.toMatchObject({ code: "LDR_ABORTED", context: { phase: "read_sections" } });
  });
});

describe("a source", () => {
  // @spec loader.close
  test("is given back once, whoever closes, and however often", async () => {
    const { outcome, source } = await run({}, recordedServices(nodeSha256));
    if (!("object" in outcome)) throw outcome.error;
    await Promise.all([outcome.object.close(), outcome.object.close()]);
    await outcome.object.close();
    expect(source.closed).toBe(1);

    const refused = await run(
      {
        handOff: async (object) => {
          await object.close();
          throw new FaygerError("LDR_ASSEMBLY_INVALID", "no", {
            phase: "hand_off",
            section_id: "x",
            reason: "not_decodable",
          });
        },
      },
      recordedServices(nodeSha256),
    );
    expect(refused.outcome).toMatchObject({ error: { code: "LDR_ASSEMBLY_INVALID" } });
    expect(refused.source.closed).toBe(1);
  });

  // @spec loader.events.retried
  test("that tries again is heard, during the load and afterwards", async () => {
    const services = recordedServices(nodeSha256);
    const source: ObservedSource = new ObservedSource(bytes, {
      answer: (found, request) => {
        if (request === 0) {
          source.observer?.retrying({ offset: 0, attempt: 2, delayMs: 12.6, reason: "status 503" });
        }
        return found;
      },
    });
    await createLoader(services).load(source, { profile: SAMPLE_PROFILE });
    source.observer?.retrying({ attempt: 3, delayMs: 40, reason: "connection reset" });
    expect(services.recorded.filter(({ name }) => name === "load.source_retried")).toEqual([
      { name: "load.source_retried", fields: { attempt: 2, delay_ms: 13, reason: "status 503", offset: 0 } },
      { name: "load.source_retried", fields: { attempt: 3, delay_ms: 40, reason: "connection reset" } },
    ]);
  });

  // @spec loader.source.untrusted, errors.context-values
  test("that tells nonsense of it makes no event that nobody can read", async () => {
    const source = new ObservedSource(bytes);
    const services = recordedServices(nodeSha256);
    await createLoader(services).load(source, { profile: SAMPLE_PROFILE });
    const nonsense = [
      undefined,
      null,
      7,
      {},
      { attempt: Number.NaN, delayMs: Number.NaN, reason: new Error("x"), offset: -1 },
      { attempt: 2.5, delayMs: Symbol("soon"), reason: 5, offset: 1.5 },
    ];
    for (const retry of nonsense) source.observer?.retrying(retry as unknown as SourceRetry);
    const unknown = { attempt: 0, delay_ms: 0, reason: "the source does not say why" };
    expect(services.recorded.filter(({ name }) => name === "load.source_retried")).toEqual(
      nonsense.map(() => ({ name: "load.source_retried", fields: unknown })),
    );
  });

  test("that fails while it is watched fails the load", async () => {
    const source = new ObservedSource(bytes);
    source.observe = () => {
      throw new Error("nobody looks at me");
    };
    const loading = createLoader(recordedServices(nodeSha256)).load(source, { profile: SAMPLE_PROFILE });
    await expect(loading).rejects.toMatchObject({ code: "LDR_SOURCE_UNAVAILABLE", context: { phase: "read_head" } });
    expect(source.closed).toBe(1);
  });
});

describe("progress", () => {
  // @spec loader.events.progress
  test.each([{ strategy: "eager" }, { strategy: "lazy", verifyBodies: true }] as const)(
    "is told in steps that rise to the whole, at most a hundred of them, to events and caller alike (%j)",
    async (options) => {
      for (const pieceBytes of [100, 7_000, 1_000_000]) {
        const services = recordedServices(nodeSha256);
        const told: LoadProgress[] = [];
        const source = new ObservedSource(bytes);
        const loader = createLoader(services, { pieceBytes });
        await loader.load(source, {
          profile: SAMPLE_PROFILE,
          ...options,
          onProgress: (progress) => {
            told.push(progress);
            throw new Error("a watcher that fails");
          },
        });
        const expected = 3 * BODY_BYTES + 14;
        expect(told.length).toBeGreaterThan(0);
        expect(told.length).toBeLessThanOrEqual(100);
        expect(told.at(-1)).toEqual({ received: expected, expected });
        const received = told.map((progress) => progress.received);
        expect(received).toEqual([...new Set(received)].sort((a, b) => a - b));
        const published = services.recorded.filter(({ name }) => name === "load.progress");
        expect(published.map(({ fields }) => fields)).toEqual(told);
      }
    },
  );

  test("is not told where nothing is left to read", async () => {
    const small = serializer.serialize({ manifest: sampleManifest(), sections: sampleSections() });
    const services = recordedServices(nodeSha256);
    const loader = createLoader(services);
    await loader.load(new ObservedSource(small), { profile: SAMPLE_PROFILE, strategy: "eager" });
    await loader.load(new ObservedSource(bytes), { profile: SAMPLE_PROFILE, strategy: "lazy" });
    expect(services.recorded.filter(({ name }) => name === "load.progress")).toEqual([]);
  });
});
