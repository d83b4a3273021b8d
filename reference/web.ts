/**
 * Fayger for browsers: opens, verifies and runs artifacts from anywhere the web platform reaches.
 *
 * A program here has the network of a page through `fetch` and WebSocket, draws with elements of the page, and has time,
 * random bytes and the browser's own cryptography; no files and no processes. What it hands over is the same BufObject,
 * and what it refuses is the same coded error, as on every other host.
 *
 * @module fayger/web
 */

import { EventCategory } from "../generated/enums/event-category.js";
import { SIGNATURE_ALGORITHMS } from "../generated/enums/signature-algorithm.js";
import { Terminal } from "../generated/enums/terminal.js";
import type { LoadProfile } from "../generated/json/load-profile.js";
import {
  createBrowserAdapter,
  createWebHostDetector,
  type WebServices,
  webClock,
  webTimers,
} from "./adapter/platforms/web/index.js";
import type { Assembled } from "./assembly/artifact/index.js";
import type { BufObject } from "./contracts/buf-object.js";
import type { BufSource } from "./contracts/buf-source.js";
import type { Clock, EventBus } from "./contracts/event-bus.js";
import type { PlatformAdapter } from "./contracts/platform-adapter.js";
import type { RuntimeImplementation } from "./contracts/runtime-interface.js";
import type { Sha256, SignatureBackend } from "./contracts/security.js";
import { Fayger, type FaygerHost, type FaygerOptions, type ImplementationServices } from "./fayger.js";
import { assembledOf, judgingHandOff } from "./judge-at-load.js";
import { createLoader, type Loader, type LoaderOptions, type LoadOptions } from "./loader/index.js";
import { createEventBus } from "./observability/index.js";
import { createHostEngine, createHostEngineWorker, hostTaskScheduler } from "./runtime/host-engine/index.js";
import { spawnWebGuestWorker, WEB_PARTS_LIMITS, WEB_WORKER_LIMITS } from "./runtime/host-engine/web/index.js";
import { createInterpreter } from "./runtime/interpreter/index.js";
import { createWebSha256, createWebSignatureBackend } from "./security/backends/web/index.js";
import {
  combineSignatureBackends,
  createSignaturePolicy,
  emptyTrustStore,
  InstalledTrustStore,
  writeTrustStore,
} from "./security/index.js";

export {
  createBrowserAdapter,
  createDomSurfaces,
  createWebHostDetector,
  type DomSurfacesOptions,
  type WebHostFacts,
  type WebServices,
  webClock,
} from "./adapter/platforms/web/index.js";
export * from "./index.js";
export { createBlobSource } from "./loader/sources/web/blob-source.js";
export * from "./loader/sources/web/index.js";
export * from "./security/backends/web/index.js";

/**
 * What runs programs in a page. `interpreter` needs nothing of the browser. `worker` is the browser's own WebAssembly
 * engine in web workers: faster, and only on pages that are isolated from other origins (`crossOriginIsolated`), because
 * threads share memory only there; on others it is left out. `thread` is the engine in the thread of the page: a program
 * that computes for long holds up the page, and none can wait for an answer there. The last two need `wasm-unsafe-eval`
 * in a page's Content-Security-Policy.
 */
export type WebEngine = "interpreter" | "worker" | "thread";

/** How a Fayger in a browser is set up. */
export interface WebFaygerOptions extends FaygerOptions {
  /**
   * What runs programs, the first most.
   *
   * @defaultValue interpreter, worker
   */
  readonly engines?: readonly WebEngine[];
  /** Further Platform_Adapters, for instance one of `createInAppAdapter`, which is chosen before that of the browser. */
  readonly adapters?: readonly PlatformAdapter[];
  /** Where and how programs draw (`createDomSurfaces`), clocks, timers, random numbers and cryptography, where they shall not be this page's own. */
  readonly services?: Partial<WebServices>;
  /**
   * Computes digests.
   *
   * @defaultValue the browser's own digest for long bodies, and the package `@noble/hashes` for what must not wait
   */
  readonly sha256?: Sha256;
  /**
   * Verifies signatures.
   *
   * @defaultValue the browser's own arithmetic; the noble packages for algorithms it lacks
   */
  readonly signatures?: SignatureBackend;
  /** Called with the event bus before anything is published on it. */
  readonly observe?: (events: EventBus) => void;
}

/**
 * Put a Fayger together in a page. Its programs end with the page.
 *
 * ```ts
 * const fayger = await createWebFayger({
 *   trustStore,
 *   policy: { capabilities: ["ui.dom", "ui.input", "net.http"], network: ["https://api.example.org"] },
 * });
 * const { state } = await fayger.run(await fayger.load(createHttpSource("https://example.org/tool.buf")));
 * ```
 *
 * The packages a page needs are those of {@link createWebLoader}.
 *
 * @throws FaygerError `LDR_TRUST_STORE_INVALID`; `ADP_NO_MATCHING_PLATFORM` where there is no document
 * @throws TypeError where a package that is needed is not there, or the policy breaks a rule of its schema
 * @spec architecture.composition-root, adapters.built-in.browser
 */
export async function createWebFayger(options: WebFaygerOptions = {}): Promise<Fayger> {
  const {
    engines = ["interpreter", "worker"],
    adapters = [],
    services,
    sha256,
    signatures,
    observe,
    ...rest
  } = options;
  const { clock = webClock, timers = webTimers } = services ?? {};
  const host: FaygerHost = {
    clock,
    after: (delay, task) => timers.after(delay, task),
    random: (count) => crypto.getRandomValues(new Uint8Array(count)),
    sha256: sha256 ?? (await defaultSha256()),
    signatures: signatures ?? (await defaultSignatures()),
    detector: createWebHostDetector(),
    adapters: [...adapters, createBrowserAdapter(services)],
    implementations: engines
      .filter((engine) => engine !== "worker" || globalThis.crossOriginIsolated)
      .map((engine) => ENGINES[engine]),
  };
  const fayger = Fayger.create(host, rest, observe);
  endWithPage(fayger);
  return fayger;
}

const ENGINES: Readonly<Record<WebEngine, (services: ImplementationServices) => RuntimeImplementation>> = {
  interpreter: (services) => createInterpreter({ ...services, scheduler: hostTaskScheduler() }),
  worker: (services) =>
    createHostEngineWorker(services, spawnWebGuestWorker, services.together ? WEB_PARTS_LIMITS : WEB_WORKER_LIMITS),
  thread: (services) => createHostEngine(services),
};

/** A page that is left may be kept and shown again: its programs are gone then, as they are with every other page. */
function endWithPage(fayger: Fayger): void {
  const { events, runtime } = fayger;
  const alive = new Set<string>();
  const end = (): void => {
    // The parts of an iFay are no instances of this runtime.
    for (const instance of alive) {
      runtime
        .terminate(instance)
        .catch(() => fayger.parts?.terminate(instance))
        .catch(() => undefined);
    }
  };
  events.subscribe(
    ({ name, instance, fields }) => {
      if (name !== "transition" || instance === undefined) return;
      const had = alive.size > 0;
      if (fields["to"] === "Terminated" || fields["to"] === "Failed") alive.delete(instance);
      else alive.add(instance);
      if (!had && alive.size > 0) addEventListener("pagehide", end);
      else if (had && alive.size === 0) removeEventListener("pagehide", end);
    },
    { categories: [EventCategory.Lifecycle] },
  );
}

/** How a loader for browsers is set up. */
export interface WebLoaderOptions {
  /**
   * The trust store, as deterministic CBOR. Without one nobody is trusted. Never take it from where artifacts come from.
   *
   * @spec trust-store.out-of-band
   */
  readonly trustStore?: Uint8Array;
  /**
   * Whether artifacts need the signature of a trusted key. Security-relevant.
   *
   * @defaultValue true
   * @spec signatures.enforce-default
   */
  readonly enforceSignature?: boolean;
  /** Limits and habits of the loader, and what the host offers to dependencies. */
  readonly loader?: LoaderOptions;
  /**
   * Computes digests.
   *
   * @defaultValue the browser's own digest for long bodies, and the package `@noble/hashes` for what must not wait
   */
  readonly sha256?: Sha256;
  /**
   * Verifies signatures.
   *
   * @defaultValue the browser's own arithmetic; the noble packages for algorithms it lacks
   */
  readonly signatures?: SignatureBackend;
  /**
   * Tells the time.
   *
   * @defaultValue the clocks of the page
   */
  readonly clock?: Clock;
  /** Called with the event bus before anything is published on it. */
  readonly observe?: (events: EventBus) => void;
}

/** A loader for browsers and what it was put together from. */
export interface WebLoader {
  /** Every event of the loader and of the trust store. */
  readonly events: EventBus;
  /** The keys this loader believes. */
  readonly trustStore: InstalledTrustStore;
  /** The loader itself. */
  readonly loader: Loader;
  /** The profile of a page: terminal class `browser`, no capabilities, no features, sizes unbounded. */
  profile(): LoadProfile;
  /**
   * Load an artifact through every phase. The loader owns the source from here on: it closes it when the load fails, and
   * the object closes it when it is closed.
   *
   * @throws FaygerError any `LDR_` code
   */
  load(source: BufSource, options?: Partial<LoadOptions>): Promise<BufObject>;
  /**
   * What an artifact is assembled of; `undefined` where it is not an assembled one. Any Fayger of the page can run it.
   *
   * @throws TypeError where it is not what `load` gives, and where another copy of this package loaded an assembled one
   */
  assembled(object: BufObject): Assembled | undefined;
}

/**
 * Put a loader together in a browser, for what opens artifacts and runs none: also in a worker, and a bundler leaves out
 * everything that runs.
 *
 * ```ts
 * const web = await createWebLoader({ trustStore });
 * const object = await web.load(createHttpSource("https://example.org/tool.buf"));
 * const words = await object.sections.read("data/words");
 * await object.close();
 * ```
 *
 * A page that names no `sha256` needs the package `@noble/hashes`: through a bundler, or through an import map that leads
 * `@noble/hashes/` to its files. In a browser without Ed25519, and on a page without a secure context, signatures need
 * `@noble/ed25519` and `@noble/curves` as well. A bundler wants all three, or to be told that they are external.
 *
 * @throws FaygerError `LDR_TRUST_STORE_INVALID`
 * @throws TypeError where a package that is needed is not there
 * @spec architecture.composition-root, security.default-deny
 */
export async function createWebLoader(options: WebLoaderOptions = {}): Promise<WebLoader> {
  const { clock = webClock } = options;
  const sha256 = options.sha256 ?? (await defaultSha256());
  const backend = options.signatures ?? (await defaultSignatures());
  const events = createEventBus({ clock });
  options.observe?.(events);
  const document = options.trustStore ?? writeTrustStore(emptyTrustStore(0), sha256);
  const trustStore = new InstalledTrustStore(document, { sha256, clock, events });
  const signaturePolicy = createSignaturePolicy({ trustStore, backend, enforce: options.enforceSignature ?? true });
  const loader = createLoader({ sha256, signaturePolicy, events, clock }, options.loader);
  const profile = (): LoadProfile => ({ terminal: Terminal.Browser, capabilities: [], features: [] });
  return {
    events,
    trustStore,
    loader,
    profile,
    load: (source, load = {}) => loader.load(source, { profile: profile(), ...load, handOff: judgingHandOff(load) }),
    assembled: assembledOf,
  };
}

/**
 * The browser's digest only answers later, and a loader also needs one that answers at once. Imported when it is needed
 * and not before, so that a page that brings its own `sha256` gets along without the package.
 */
async function defaultSha256(): Promise<Sha256> {
  const { nobleSha256 } = await import("./security/backends/noble/noble-sha256.js").catch((cause: unknown) => {
    throw new TypeError("a loader needs the package @noble/hashes, or the option sha256", { cause });
  });
  return createWebSha256(nobleSha256);
}

/** What the browser computes, and what it does not. @spec signatures.backends-agree */
async function defaultSignatures(): Promise<SignatureBackend> {
  const own = await createWebSignatureBackend();
  const missing = SIGNATURE_ALGORITHMS.filter((algorithm) => !own.algorithms.includes(algorithm));
  if (missing.length === 0) return own;
  const { createNobleSignatureBackend } = await import("./security/backends/noble/index.js").catch((cause: unknown) => {
    const what = `this page has no ${missing.join(", ")}`;
    throw new TypeError(`${what}: a loader needs the noble packages, or the option signatures`, { cause });
  });
  return combineSignatureBackends(own, createNobleSignatureBackend());
}
