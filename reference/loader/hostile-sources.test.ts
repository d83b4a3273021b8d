import { describe, expect, test } from "vitest";
import type { BufSource } from "../contracts/buf-source.js";
import type { CancellationSignal } from "../contracts/cancellation.js";
import { FaygerError, isFaygerError } from "../errors/fayger-error.js";
import { nodeSha256 } from "../security/backends/node.js";
import { createLoader } from "./loader.js";
import { createSerializer } from "./serializer.js";
import { SILENT } from "./testing/exhaustive.js";
import { ObservedSource } from "./testing/observed-source.js";
import { countingClock, TRUSTING_POLICY } from "./testing/recorded-services.js";
import { SAMPLE_PROFILE, sampleManifest, sampleSections } from "./testing/sample-artifact.js";
import { refusalOf } from "./testing/verdict.js";

// A source that answers anything at all. Whatever it does, the caller sees a coded error with its phase, or the artifact.

const artifact = createSerializer(nodeSha256).serialize({ manifest: sampleManifest(), sections: sampleSections() });
const services = { sha256: nodeSha256, signaturePolicy: TRUSTING_POLICY, events: SILENT, clock: countingClock() };
/** Two reads at opening and one for each body: nothing is at hand already. */
const loader = createLoader(services, { frontBytes: 48, pieceBytes: 5 });

/** Says it is bytes and is none. */
const imposter = (): unknown => Object.create(Uint8Array.prototype) as unknown;

/** Has another length than it says. */
class Boaster extends Uint8Array {
  override get length(): number {
    return super.length + 1_000_000;
  }
}

class Modest extends Uint8Array {
  override subarray(): Uint8Array<ArrayBuffer> {
    throw new RangeError("no part of me");
  }

  override slice(): Uint8Array<ArrayBuffer> {
    throw new RangeError("no part of me");
  }
}

const explosive = (): unknown =>
  new Proxy(
    {},
    {
      get: () => {
        throw new Error("touched");
      },
      getPrototypeOf: () => {
        throw new Error("touched");
      },
      has: () => {
        throw new Error("touched");
      },
    },
  );

/** What a method may answer instead of what it should. */
const ANSWERS: Readonly<Record<string, (right: unknown) => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  "a number": () => 7,
  zero: () => 0,
  "a negative number": () => -1,
  "half a number": () => 0.5,
  NaN: () => Number.NaN,
  infinity: () => Number.POSITIVE_INFINITY,
  "2^53": () => 2 ** 53,
  "2^53-1": () => Number.MAX_SAFE_INTEGER,
  "a bigint": () => 100n,
  "a text": () => "bytes",
  "a symbol": () => Symbol("size"),
  "an object": () => ({}),
  "an object without a prototype": () => Object.create(null) as unknown,
  "an object that explodes": explosive,
  "an array": () => [0x42, 0x55, 0x46],
  "an object with a length": () => ({ length: 48 }),
  "an ArrayBuffer": () => new ArrayBuffer(48),
  "a DataView": () => new DataView(new ArrayBuffer(48)),
  "16-bit numbers": () => new Uint16Array(48),
  "a Uint8Array that is none": imposter,
  "a proxy of bytes": () => new Proxy(new Uint8Array(48), {}),
  "a proxy of the right answer": (right) =>
    typeof right === "object" && right !== null ? new Proxy(right, {}) : right,
  "bytes that boast": () => new Boaster(48),
  "bytes that give no part": (right) => (right instanceof Uint8Array ? Modest.from(right) : new Modest(48)),
  "shared memory": (right) => {
    const shared = new Uint8Array(new SharedArrayBuffer(right instanceof Uint8Array ? right.length : 48));
    if (right instanceof Uint8Array) shared.set(right);
    return shared;
  },
  "too few bytes": (right) => (right instanceof Uint8Array ? right.slice(0, -1) : new Uint8Array()),
  "a byte too many": (right) => (right instanceof Uint8Array ? Uint8Array.from([...right, 0]) : new Uint8Array(1)),
  "1 MiB": () => new Uint8Array(2 ** 20),
  "no bytes": () => new Uint8Array(),
  zeros: (right) => (right instanceof Uint8Array ? new Uint8Array(right.length) : 0),
  "a promise of a promise": (right) => Promise.resolve(Promise.resolve(right)),
  "something that can be awaited and explodes": () => ({
    // biome-ignore lint/suspicious/noThenProperty: this is what is tried here.
    then: () => {
      throw explosive();
    },
  }),
  "an error of its own": () => Promise.reject(new Error("disk")),
  "a thrown undefined": () => Promise.reject(undefined),
  "a thrown null": () => Promise.reject(null),
  "a thrown text": () => Promise.reject("no"),
  "a thrown symbol": () => Promise.reject(Symbol("no")),
  "a thrown proxy": () => Promise.reject(explosive()),
  "another layer's error": () =>
    Promise.reject(new FaygerError("RT_INSTANCE_NOT_FOUND", "no such instance", { instance: "x" })),
  "another phase's error": () => Promise.reject(new FaygerError("LDR_ABORTED", "stopped", { phase: "hand_off" })),
};

const METHODS = ["size", "etag", "read", "readSync", "readInto", "openEnds", "observe", "close"] as const;

const IS_SYNCHRONOUS: readonly string[] = ["readSync", "observe"];

interface Misbehaviour {
  readonly method: (typeof METHODS)[number];
  readonly answer: (right: unknown) => unknown;
  /** Which call of the method is answered so, counted from 0; all from there on. */
  readonly from: number;
  /** Whether it throws at once what it would have rejected with, and answers at once what it would have promised. */
  readonly isDirect: boolean;
}

/** A source of the whole artifact in which one method misbehaves. */
function misbehaving({ method, answer, from, isDirect }: Misbehaviour): BufSource {
  const right: Record<string, (...given: never[]) => unknown> = {
    size: () => artifact.length,
    etag: () => '"one"',
    read: (offset: number, length: number) => artifact.slice(offset, offset + length),
    readSync: (offset: number, length: number) => artifact.slice(offset, offset + length),
    readInto: (offset: number, target: Uint8Array) => {
      const bytes = artifact.subarray(offset, offset + target.length);
      target.set(bytes);
      return bytes.length;
    },
    openEnds: (head: number, tail: number) => ({
      size: artifact.length,
      etag: '"one"',
      head: artifact.slice(0, head),
      tail: artifact.slice(-tail),
    }),
    observe: () => undefined,
    close: () => undefined,
  };
  // Without `openEnds` the ends come from `size` and `read`; without `readSync` nothing is read without waiting.
  const offered = METHODS.filter((name) => name === method || !["openEnds", "readSync", "readInto"].includes(name));
  let calls = 0;
  const source: Record<string, unknown> = { description: "hostile" };
  for (const name of offered) {
    source[name] = (...given: never[]): unknown => {
      const found = right[name]?.(...given);
      if (name !== method) return IS_SYNCHRONOUS.includes(name) ? found : Promise.resolve(found);
      calls += 1;
      if (calls <= from) return IS_SYNCHRONOUS.includes(name) ? found : Promise.resolve(found);
      const wrong = answer(found);
      if (IS_SYNCHRONOUS.includes(name)) {
        // Nobody waits for a promise here: what it is rejected with is not the loader's to see.
        if (wrong instanceof Promise) wrong.catch(() => undefined);
        return wrong;
      }
      if (!isDirect && !(wrong instanceof Promise)) return (async () => wrong)();
      return wrong;
    };
  }
  return source as unknown as BufSource;
}

/** Load and read everything; what is thrown must be the loader's and name a phase. */
async function outcome(source: BufSource, strategy: "eager" | "lazy"): Promise<string> {
  try {
    const object = await loader.load(source, { profile: SAMPLE_PROFILE, strategy });
    const bodies: Uint8Array[] = [];
    for (const sectionId of object.selection.selected) {
      bodies.push(await object.sections.read(sectionId));
      object.sections.readSync(sectionId);
    }
    // What is accepted is the artifact and nothing else.
    expect(bodies.map((body) => [...body])).toEqual(sampleSections().map((section) => [...section.body]));
    await object.close();
    return "loaded";
  } catch (error) {
    const { code, context } = refusalOf(error);
    expect(context["phase"]).toBeTypeOf("string");
    return `${context["phase"]} ${code}`;
  }
}

describe("a source that misbehaves", () => {
  // @spec loader.source.untrusted, loader.coded-errors, loader.phase-context, loader.source.unavailable
  // @spec loader.source.short-read, loader.source.long-read, loader.source.interface
  test.each(METHODS)("whatever %s answers or throws, the caller sees a coded error or the artifact", async (method) => {
    const seen = new Set<string>();
    const uncoded: unknown[] = [];
    // Thousands of errors, none of whose stacks anybody reads.
    Error.stackTraceLimit = 4;
    for (const [name, answer] of Object.entries(ANSWERS)) {
      for (const from of [0, 1, 2, 3]) {
        for (const isDirect of [false, true]) {
          for (const strategy of ["eager", "lazy"] as const) {
            try {
              seen.add(await outcome(misbehaving({ method, answer, from, isDirect }), strategy));
            } catch (error) {
              const told = isFaygerError(error)
                ? error.code
                : error instanceof Error
                  ? (error.stack ?? "").split("\n").slice(0, 4).join(" ")
                  : typeof error;
              uncoded.push({ name, from, isDirect, strategy, told });
            }
          }
        }
      }
    }
    expect(uncoded).toEqual([]);
    // A source says nothing about what is in the artifact unless it changed its bytes.
    const allowed =
      /^(loaded|\w+ LDR_(SOURCE_UNAVAILABLE|SOURCE_CHANGED|TRUNCATED|BAD_MAGIC|\w+_INVALID|CRC_MISMATCH|DIGEST_MISMATCH))$/;
    expect([...seen].filter((each) => !allowed.test(each))).toEqual([]);
  });

  // @spec loader.cancellation
  test.each([
    ["size", "read_head"],
    ["read", "read_head"],
    ["openEnds", "read_head"],
  ] as const)("a source whose %s never answers is left when the caller stops", async (method, phase) => {
    const source = misbehaving({ method, answer: () => new Promise(() => undefined), from: 0, isDirect: true });
    const { signal, stop } = stopper();
    const load = loader.load(source, { profile: SAMPLE_PROFILE, signal });
    stop();
    await expect(load).rejects.toMatchObject({ code: "LDR_ABORTED", context: { phase } });
  });

  // @spec loader.cancellation
  test("a body that never comes is left when its caller stops, by every caller at its own time", async () => {
    let isStuck = false;
    const never = new Promise<Uint8Array>(() => undefined);
    const source = new ObservedSource(artifact, { answer: (bytes) => (isStuck ? never : bytes) });
    const object = await loader.load(source, { profile: SAMPLE_PROFILE });
    isStuck = true;
    const [first, second] = [stopper(), stopper()];
    const reads = [first, second].map(({ signal }) => object.sections.read("data/words", signal));
    first.stop();
    await expect(reads[0]).rejects.toMatchObject({ code: "LDR_ABORTED", context: { phase: "read_sections" } });
    second.stop();
    await expect(reads[1]).rejects.toMatchObject({ code: "LDR_ABORTED" });
    isStuck = false;
    expect(await object.sections.read("data/words")).toEqual(sampleSections()[1]?.body);
  });

  // @spec loader.source.untrusted, loader.read-sections.shared
  test("a source that loads from itself while it is read, and reads its own object", async () => {
    let depth = 0;
    const verdicts: string[] = [];
    const source = new ObservedSource(artifact, {
      answer: async (bytes) => {
        if (depth < 3) {
          depth += 1;
          verdicts.push(await outcome(new ObservedSource(artifact), "eager"));
          verdicts.push(await outcome(source, depth % 2 === 0 ? "eager" : "lazy"));
        }
        return bytes;
      },
    });
    expect(await outcome(source, "eager")).toBe("loaded");
    expect(new Set(verdicts)).toEqual(new Set(["loaded"]));
  });

  // @spec loader.source.untrusted
  test("a source that closes the object that reads it", async () => {
    let close: (() => Promise<void>) | undefined;
    const source = new ObservedSource(artifact, {
      answer: async (bytes) => {
        await close?.();
        return bytes;
      },
    });
    const object = await loader.load(source, { profile: SAMPLE_PROFILE });
    close = () => object.close();
    await expect(object.sections.read("data/words")).rejects.toMatchObject({
      code: "LDR_SOURCE_UNAVAILABLE",
      context: { phase: "read_sections" },
    });
    expect(source.closed).toBe(1);
  });

  // @spec loader.source.changed, loader.read-sections.verified-first
  test("bytes that are other ones at every read never reach a caller", async () => {
    const wrong: unknown[] = [];
    for (let request = 0; request < 8; request += 1) {
      for (let at = 0; at < 8; at += 1) {
        for (const strategy of ["eager", "lazy"] as const) {
          const source = new ObservedSource(artifact, {
            answer: (bytes, number) => {
              if (number < request || bytes.length === 0) return bytes;
              const changed = bytes.slice();
              changed[(at * 7) % bytes.length] = (changed[(at * 7) % bytes.length] as number) ^ 0x10;
              return changed;
            },
          });
          const found = await outcome(source, strategy);
          const reads = source.reads.length;
          // Every byte of a small artifact is selected or part of the head, so every change that was read is noticed.
          if ((found === "loaded") !== reads <= request) wrong.push({ request, at, strategy, found, reads });
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  // @spec loader.source.changed
  test.each(["size", "etag"] as const)(
    "an object replaced by one of another %s between any two reads",
    async (property) => {
      const other = createSerializer(nodeSha256).serialize({
        manifest: sampleManifest({ name: property === "size" ? "acme/tools/another" : "acme/tools/sampla" }),
        sections: sampleSections(),
      });
      for (let request = 3; request < 6; request += 1) {
        const source = new ObservedSource(artifact, {
          answer: (bytes, number) => {
            if (number === request) {
              source.bytes = other;
              source.tag = '"two"';
            }
            return bytes;
          },
        });
        source.tag = '"one"';
        const found = await outcome(source, "lazy");
        expect(found).toBe(source.reads.length > request ? "read_sections LDR_SOURCE_CHANGED" : "loaded");
      }
    },
  );
});

function stopper(): { readonly signal: CancellationSignal; readonly stop: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, stop: () => controller.abort() };
}
