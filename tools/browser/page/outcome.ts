import type { FaygerErrorJson } from "../../../generated/json/fayger-error.js";
import type { BufObject } from "../../../reference/contracts/buf-object.js";
import type { BufSource } from "../../../reference/contracts/buf-source.js";
import type { Clock } from "../../../reference/contracts/event-bus.js";
import { FaygerError, isFaygerError } from "../../../reference/errors/index.js";
import { createMemorySource, type LoaderOptions, type LoadOptions } from "../../../reference/loader/index.js";
import type { InstalledTrustStore } from "../../../reference/security/index.js";

// Runs in Node and in a browser alike: what a case comes to must not depend on where it is run.

/** A load that is to come to the same everywhere. Plain JSON, so that it can travel into a page. */
export interface LoadCase {
  readonly name: string;
  /** The artifact, as hexadecimal digits. */
  readonly artifact: string;
  /** The trust store, as hexadecimal digits. */
  readonly trustStore?: string;
  /** A trust store to install over the first one before the load. */
  readonly trustUpdate?: string;
  readonly enforceSignature?: boolean;
  readonly loader?: LoaderOptions;
  readonly load?: Pick<LoadOptions, "strategy" | "verifyBodies"> & { readonly profile?: LoadOptions["profile"] };
  /** Digest the manifest must have, as hexadecimal digits. */
  readonly pin?: string;
  /** Sections to read besides those that were selected. */
  readonly alsoRead?: readonly string[];
  /** What happens besides. */
  readonly event?: "aborted" | "aborted-access" | "changed" | "failing-source" | "closed" | "assembly-refused";
}

/** What one case came to. */
export interface Outcome {
  readonly name: string;
  /** How far the artifact is trusted, or why there is none. */
  readonly load: string | FaygerErrorJson;
  /** Digest of each body that was read, or why it was not. */
  readonly sections: Readonly<Record<string, string | FaygerErrorJson>>;
}

/** A loader of the host the case runs on. */
export interface HostLoader {
  readonly trustStore: InstalledTrustStore;
  load(source: BufSource, options: Partial<LoadOptions>): Promise<BufObject>;
}

/** Always the second 1,700,000,000. */
export const STILL_CLOCK: Clock = {
  unixNanoseconds: () => 1_700_000_000_000_000_000n,
  monotonicNanoseconds: () => 0n,
};

const PROFILE: LoadOptions["profile"] = { terminal: "server", capabilities: [], features: [] };

/**
 * Run one case.
 *
 * @param open puts a loader of this host together
 * @param digest SHA-256 of this host
 */
export async function outcomeOf(
  given: LoadCase,
  open: (given: LoadCase) => Promise<HostLoader>,
  digest: (bytes: Uint8Array) => Uint8Array,
): Promise<Outcome> {
  const { name } = given;
  const sections: Record<string, string | FaygerErrorJson> = {};
  try {
    const host = await open(given);
    if (given.trustUpdate !== undefined) host.trustStore.update(fromHex(given.trustUpdate));
    const object = await host.load(sourceOf(given), loadOptionsOf(given));
    if (given.event === "closed") await object.close();
    for (const id of [...object.selection.selected, ...(given.alsoRead ?? [])]) {
      const signal = given.event === "aborted-access" ? AbortSignal.abort() : undefined;
      sections[id] = await object.sections.read(id, signal).then((body) => toHex(digest(body)), recordOf);
    }
    await object.close();
    return { name, load: object.trust, sections };
  } catch (error) {
    return { name, load: recordOf(error), sections };
  }
}

/** The record of a coded error. Anything else is a fault of the program and passes. */
export function recordOf(error: unknown): FaygerErrorJson {
  if (isFaygerError(error)) return error.toJSON();
  throw error;
}

/** Lower-case hexadecimal digits. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The bytes of hexadecimal digits. */
export function fromHex(digits: string): Uint8Array {
  return Uint8Array.from({ length: digits.length / 2 }, (_, at) =>
    Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16),
  );
}

function loadOptionsOf({ load = {}, pin, event }: LoadCase): Partial<LoadOptions> {
  return {
    profile: PROFILE,
    ...load,
    ...(pin !== undefined && { expectedManifestDigest: fromHex(pin) }),
    ...(event === "aborted" && { signal: AbortSignal.abort() }),
    ...(event === "assembly-refused" && { handOff: refuseAssembly }),
  };
}

function sourceOf({ artifact, event }: LoadCase): BufSource {
  const source = createMemorySource(fromHex(artifact));
  if (event === "changed") {
    let asked = 0;
    const etag = async (): Promise<string> => {
      asked += 1;
      return `"${asked}"`;
    };
    return { ...source, openEnds: taggedEnds(source), etag };
  }
  if (event === "failing-source") return { ...source, openEnds: () => Promise.reject(new RangeError("out of range")) };
  return source;
}

/** Both ends of a source, with the tag that {@link sourceOf} gives to the object as it was opened. */
function taggedEnds(source: BufSource): NonNullable<BufSource["openEnds"]> {
  return async (head, tail) => {
    const size = await source.size();
    const at = Math.max(0, size - tail);
    return { size, etag: '"0"', head: await source.read(0, head), tail: await source.read(at, tail) };
  };
}

function refuseAssembly(): never {
  throw new FaygerError("LDR_ASSEMBLY_INVALID", "another resolution", {
    phase: "hand_off",
    section_id: "assembly/fay",
    reason: "resolution_mismatch",
  });
}
