import type { LoadProfile } from "../../generated/json/load-profile.js";
import { HEADER_SIZE } from "../../generated/layouts/header.js";
import { RUNTIME_INTERFACE_VERSION } from "../../generated/versions.js";
import type { BufObject, LoadStrategy } from "../contracts/buf-object.js";
import type { CancellationSignal } from "../contracts/cancellation.js";
import type { Clock, EventPublisher } from "../contracts/event-bus.js";
import type { Sha256, SignaturePolicy } from "../contracts/security.js";
import { plainBytes } from "./bytes.js";
import type { Checksum } from "./crc32.js";
import { type LoadLimits, resolveLimits } from "./limits.js";
import type { LoadProgress } from "./progress.js";

/** Bytes of a SHA-256. */
const DIGEST_BYTES = 32;

/** What a loader gets from the composition root. */
export interface LoaderServices {
  /** Computes digests. */
  readonly sha256: Sha256;
  /**
   * Computes checksums, where the host is faster than the loader.
   *
   * @defaultValue `crc32`
   */
  readonly crc32?: Checksum;
  /** Decides who is believed. */
  readonly signaturePolicy: SignaturePolicy;
  /** Receives the events of loads. */
  readonly events: EventPublisher;
  /** Measures durations. */
  readonly clock: Clock;
}

/** Something the host offers to artifacts that depend on it. @spec manifest.dependencies */
export interface DependencyOffer {
  /** Name of the offer. */
  readonly name: string;
  /** Its version, SemVer 2.0. */
  readonly version: string;
}

/** How a loader works; the same for all its loads. */
export interface LoaderOptions {
  /** Limits that differ from the table `load-limits`. Security-relevant. */
  readonly limits?: Partial<LoadLimits>;
  /**
   * The Runtime_Interface the host offers.
   *
   * @defaultValue the current version
   */
  readonly runtimeInterface?: readonly [major: number, minor: number, patch: number];
  /** What the host offers to dependencies. */
  readonly offers?: readonly DependencyOffer[];
  /**
   * Length of the speculative read at the front, in bytes; at least the 48 of the header.
   *
   * @defaultValue 16384
   */
  readonly frontBytes?: number;
  /**
   * Longest single read of bodies, in bytes; longer bodies are read piece by piece. What is only streamed or verified is
   * read in pieces of 1 MiB where this is more.
   *
   * @defaultValue 8388608
   */
  readonly pieceBytes?: number;
  /**
   * Reads of one load, or of one access to a body, that may be under way at one time.
   *
   * @defaultValue 4
   */
  readonly concurrency?: number;
  /**
   * Bytes of lazily read bodies that are kept. The least recently used go first; what is read again is verified again.
   *
   * @defaultValue 67108864
   */
  readonly cacheBytes?: number;
}

/** What one load is for. */
export interface LoadOptions {
  /** The terminal; drives the selection. */
  readonly profile: LoadProfile;
  /**
   * When bodies are read.
   *
   * @defaultValue "lazy"
   */
  readonly strategy?: LoadStrategy;
  /**
   * Whether a lazy load also reads and verifies every selected body once, in the phase `read_sections`, and keeps none:
   * the verdict of an eager load in memory that does not depend on the length of the bodies.
   *
   * @defaultValue false
   * @spec loader.read-sections.bounded
   */
  readonly verifyBodies?: boolean;
  /** SHA-256 that the manifest must have: pins a whole artifact where no signature does. 32 bytes. */
  readonly expectedManifestDigest?: Uint8Array;
  /**
   * Told of the bytes of bodies as the load reads them: of an eager load, and of one that verifies bodies. Called at most
   * 100 times. What it throws is dropped.
   *
   * @spec loader.events.progress
   */
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Stops the load. Lazy accesses have signals of their own. */
  readonly signal?: CancellationSignal;
  /**
   * Takes the object in the phase `hand_off`. What it throws fails the load; a FaygerError passes unchanged. This is
   * where a composition root judges an `assembly` section.
   *
   * @spec loader.hand-off.assembly
   */
  readonly handOff?: (object: BufObject) => Promise<void> | void;
}

/** The options with every default filled in. */
export interface ResolvedLoaderOptions extends Required<Omit<LoaderOptions, "limits">> {
  readonly limits: LoadLimits;
}

/**
 * Fill in the defaults. @throws TypeError where a number makes no sense: a fault of the calling program
 *
 * @spec errors.api-misuse
 */
export function resolveLoaderOptions(options: LoaderOptions = {}): ResolvedLoaderOptions {
  const resolved = {
    limits: resolveLimits(options.limits),
    runtimeInterface: options.runtimeInterface ?? RUNTIME_INTERFACE_VERSION,
    offers: options.offers ?? [],
    frontBytes: options.frontBytes ?? 16_384,
    pieceBytes: options.pieceBytes ?? 8_388_608,
    concurrency: options.concurrency ?? 4,
    cacheBytes: options.cacheBytes ?? 67_108_864,
  };
  requireInteger("frontBytes", resolved.frontBytes, HEADER_SIZE);
  requireInteger("pieceBytes", resolved.pieceBytes, 1);
  requireInteger("concurrency", resolved.concurrency, 1);
  requireInteger("cacheBytes", resolved.cacheBytes, 0);
  return resolved;
}

/**
 * Check what one load is asked for, but for the profile.
 *
 * @throws TypeError where an option makes no sense: a fault of the calling program
 * @spec errors.api-misuse
 */
export function checkLoadOptions({ strategy, expectedManifestDigest: digest }: LoadOptions): void {
  if (strategy !== undefined && strategy !== "eager" && strategy !== "lazy")
    throw new TypeError("strategy must be eager or lazy");
  if (digest !== undefined && plainBytes(digest)?.length !== DIGEST_BYTES)
    throw new TypeError(`expectedManifestDigest must be ${DIGEST_BYTES} bytes`);
}

function requireInteger(name: string, value: number, minimum: number): void {
  if (!Number.isSafeInteger(value) || value < minimum)
    throw new TypeError(`${name} must be an integer of at least ${minimum}`);
}
