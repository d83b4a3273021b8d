import type { SignatureAlgorithm } from "../../../generated/enums/signature-algorithm.js";
import type { FaygerErrorJson } from "../../../generated/json/fayger-error.js";
import type { BufObject } from "../../../reference/contracts/buf-object.js";
import type { Sha256 } from "../../../reference/contracts/security.js";
import {
  createBlobSource,
  createHttpSource,
  createWebLoader,
  createWebSignatureBackend,
  type HttpSourceOptions,
  type WebLoaderOptions,
} from "../../../reference/web.js";
import { adapterProbe } from "./adapter-check.js";
import { watchAllocations } from "./allocations.js";
import { iFayProbe } from "./ifays.js";
import { measureDigests } from "./measure.js";
import { fromHex, type LoadCase, type Outcome, outcomeOf, recordOf, STILL_CLOCK, toHex } from "./outcome.js";
import { programProbe } from "./programs.js";
import { runProbe } from "./runs.js";

// What tests and commands call inside a page: `globalThis.probe`.

/** An artifact to open over the network. */
export interface RemoteLoad {
  readonly url: string;
  readonly trustStore: string;
  readonly enforceSignature?: boolean;
  readonly strategy?: "lazy" | "eager";
  /** Sections to read, in order; all that were selected where absent. */
  readonly read?: readonly string[];
  readonly http?: Pick<HttpSourceOptions, "timeoutMs" | "deadlineMs" | "attempts" | "backoff" | "ifMatch">;
  /** Abort the load as soon as the source has been asked. */
  readonly abort?: boolean;
  /** Address of a module with `sha256`, for a page without an import map. */
  readonly sha256Module?: string;
}

/** What came of it. */
export interface RemoteOutcome {
  readonly load: string | FaygerErrorJson;
  /** Length and digest of each body, or why there is none. */
  readonly sections: Readonly<Record<string, string | FaygerErrorJson>>;
  /** Names of the events, in order. */
  readonly events: readonly string[];
}

/** What came of a stream. */
export interface StreamOutcome {
  /** Bytes that came. */
  readonly bytes: number;
  /** Length of the longest piece. */
  readonly longest: number;
  /** Digest of all that came, or why it broke off. */
  readonly end: string | FaygerErrorJson;
}

/** One signature to judge: key, message and signature as hexadecimal digits. */
export type SignatureCase = readonly [algorithm: SignatureAlgorithm, key: string, message: string, signature: string];

async function webLoader(given: LoadCase): ReturnType<typeof createWebLoader> {
  return createWebLoader({
    clock: STILL_CLOCK,
    ...(given.trustStore !== undefined && { trustStore: fromHex(given.trustStore) }),
    ...(given.enforceSignature !== undefined && { enforceSignature: given.enforceSignature }),
    ...(given.loader !== undefined && { loader: given.loader }),
  });
}

/** SHA-256 over a module of `@noble/hashes` at an address of its own. */
async function sha256Of(address: string): Promise<Sha256> {
  const { sha256 } = (await import(address)) as {
    sha256: ((bytes: Uint8Array) => Uint8Array) & {
      create(): { update(bytes: Uint8Array): void; digest(): Uint8Array };
    };
  };
  return { digest: sha256, incremental: () => sha256.create() };
}

async function nativeDigest(bytes: Uint8Array): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as BufferSource)));
}

/** Read sections in order: length and digest of each, or why there is none. */
async function readAll(object: BufObject, ids: readonly string[]): Promise<RemoteOutcome["sections"]> {
  const sections: Record<string, string | FaygerErrorJson> = {};
  for (const id of ids) {
    sections[id] = await object.sections
      .read(id)
      .then(async (body) => `${body.length} ${await nativeDigest(body)}`, recordOf);
  }
  return sections;
}

async function open(
  given: RemoteLoad,
  signal?: AbortSignal,
  observe?: WebLoaderOptions["observe"],
): Promise<BufObject> {
  const web = await createWebLoader({
    trustStore: fromHex(given.trustStore),
    ...(given.enforceSignature !== undefined && { enforceSignature: given.enforceSignature }),
    ...(given.sha256Module !== undefined && { sha256: await sha256Of(given.sha256Module) }),
    ...(observe !== undefined && { observe }),
  });
  return web.load(createHttpSource(given.url, given.http), {
    ...(given.strategy !== undefined && { strategy: given.strategy }),
    ...(signal !== undefined && { signal }),
  });
}

/** The object that {@link Probe.openRemote} has left open. */
let opened: BufObject | undefined;

const probe = {
  ...programProbe,
  ...runProbe,
  ...iFayProbe,
  ...adapterProbe,

  /** What each case comes to in this browser. */
  async outcomes(cases: readonly LoadCase[]): Promise<readonly Outcome[]> {
    const { nobleSha256 } = await import("../../../reference/security/backends/noble/noble-sha256.js");
    const outcomes: Outcome[] = [];
    for (const given of cases) outcomes.push(await outcomeOf(given, webLoader, (bytes) => nobleSha256.digest(bytes)));
    return outcomes;
  },

  /** Whether the browser's own arithmetic finds each signature right. */
  async verdicts(cases: readonly SignatureCase[]): Promise<readonly boolean[]> {
    const backend = await createWebSignatureBackend();
    return Promise.all(
      cases.map(([algorithm, key, message, signature]) =>
        backend.verify(algorithm, fromHex(key), fromHex(message), fromHex(signature)),
      ),
    );
  },

  /** Open an artifact over the network and read from it. */
  async loadRemote(given: RemoteLoad): Promise<RemoteOutcome> {
    const stop = new AbortController();
    const events: string[] = [];
    try {
      const loading = open(given, stop.signal, (bus) => {
        bus.subscribe(({ category, name }) => {
          events.push(`${category}.${name}`);
          if (given.abort === true && name === "phase_started") setTimeout(() => stop.abort());
        });
      });
      const object = await loading;
      const sections = await readAll(object, given.read ?? object.selection.selected);
      await object.close();
      return { load: object.trust, sections, events };
    } catch (error) {
      return { load: recordOf(error), sections: {}, events };
    }
  },

  /** Open an artifact over the network and leave it open. */
  async openRemote(given: RemoteLoad): Promise<string> {
    opened = await open(given);
    return opened.trust;
  },

  /** Read from what was left open. */
  async readOpened(section: string): Promise<string | FaygerErrorJson | undefined> {
    if (opened === undefined) throw new TypeError("nothing is open");
    return (await readAll(opened, [section]))[section];
  },

  /** Open the file that was put into a file field of the page, and read all of it. */
  async loadFile(selector: string, trustStore: string, sha256Module?: string): Promise<RemoteOutcome> {
    const file = document.querySelector<HTMLInputElement>(selector)?.files?.[0];
    if (file === undefined) throw new TypeError("no file was chosen");
    const sha256 = sha256Module === undefined ? undefined : await sha256Of(sha256Module);
    try {
      const web = await createWebLoader({
        trustStore: fromHex(trustStore),
        ...(sha256 !== undefined && { sha256 }),
      });
      const object = await web.load(createBlobSource(file));
      const sections = await readAll(object, object.selection.selected);
      await object.close();
      return { load: object.trust, sections, events: [] };
    } catch (error) {
      return { load: recordOf(error), sections: {}, events: [] };
    }
  },

  /** Read one section piece by piece, and hash what comes. */
  async streamRemote(given: RemoteLoad, section: string): Promise<StreamOutcome> {
    const { nobleSha256 } = await import("../../../reference/security/backends/noble/noble-sha256.js");
    const digest = nobleSha256.incremental();
    let [bytes, longest] = [0, 0];
    const object = await open(given);
    try {
      for await (const piece of object.sections.stream(section)) {
        digest.update(piece);
        bytes += piece.length;
        longest = Math.max(longest, piece.length);
      }
      return { bytes, longest, end: toHex(digest.digest()) };
    } catch (error) {
      return { bytes, longest, end: recordOf(error) };
    } finally {
      await object.close();
    }
  },

  /** {@link Probe.loadRemote}, and the longest buffer that was made meanwhile, in bytes. */
  async longestAllocation(given: RemoteLoad): Promise<{ readonly outcome: RemoteOutcome; readonly bytes: number }> {
    const watch = watchAllocations();
    try {
      const outcome = await probe.loadRemote(given);
      return { outcome, bytes: watch.longest() };
    } finally {
      watch.stop();
    }
  },

  /** Whether the page has the browser's own arithmetic. */
  async hasSubtle(): Promise<boolean> {
    return (globalThis.crypto as Partial<Crypto> | undefined)?.subtle !== undefined;
  },

  measureDigests,
};

/** What a page offers to whoever drives it. */
export type Probe = typeof probe;

Object.assign(globalThis, { probe });
document.documentElement.dataset["probe"] = "ready";
