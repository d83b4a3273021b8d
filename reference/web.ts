/**
 * Fayger for browsers: opens and verifies artifacts from anywhere the web platform reaches.
 *
 * It loads and does not run: there is no Platform_Adapter for browsers yet. What it hands over is the same BufObject,
 * and what it refuses is the same coded error, as on every other host.
 *
 * @module fayger/web
 */

import { SIGNATURE_ALGORITHMS } from "../generated/enums/signature-algorithm.js";
import { Terminal } from "../generated/enums/terminal.js";
import type { LoadProfile } from "../generated/json/load-profile.js";
import type { BufObject } from "./contracts/buf-object.js";
import type { BufSource } from "./contracts/buf-source.js";
import type { Clock, EventBus } from "./contracts/event-bus.js";
import type { Sha256, SignatureBackend } from "./contracts/security.js";
import { createLoader, type Loader, type LoaderOptions, type LoadOptions } from "./loader/index.js";
import { createEventBus } from "./observability/index.js";
import { createWebSha256, createWebSignatureBackend } from "./security/backends/web/index.js";
import {
  combineSignatureBackends,
  createSignaturePolicy,
  emptyTrustStore,
  InstalledTrustStore,
  writeTrustStore,
} from "./security/index.js";

export type { FaygerEvent } from "../generated/codecs/fayger-event.js";
export type { LoadProfile } from "../generated/json/load-profile.js";
export type * from "./contracts/buf-object.js";
export type * from "./contracts/buf-serializer.js";
export type * from "./contracts/buf-source.js";
export type * from "./contracts/cancellation.js";
export type * from "./contracts/event-bus.js";
export type * from "./contracts/security.js";
export * from "./errors/index.js";
export * from "./loader/index.js";
export { createBlobSource } from "./loader/sources/web/blob-source.js";
export * from "./loader/sources/web/index.js";
export * from "./observability/index.js";
export * from "./security/backends/web/index.js";
export * from "./security/index.js";

/**
 * The clocks of a page. Both have the resolution the browser grants: coarse where pages of other origins could share the
 * process.
 *
 * @spec events.clocks
 */
export const webClock: Clock = {
  unixNanoseconds: () => BigInt(Date.now()) * 1_000_000n,
  monotonicNanoseconds: () => BigInt(Math.round(performance.now() * 1e6)),
};

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
}

/**
 * Put a loader together in a browser.
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
 * `@noble/ed25519` and `@noble/curves` as well.
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
    load: (source, load = {}) => loader.load(source, { profile: profile(), ...load }),
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
