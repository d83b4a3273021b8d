/**
 * Fayger for Node: everything of `fayger`, put together with the files, network, processes, clocks and cryptography of a
 * server or a desktop.
 *
 * @module fayger/node
 */

import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import {
  createNativeDesktopAdapter,
  createNodeHostDetector,
  createServerAdapter,
  type NodeServices,
  nodeClock,
  nodeTimers,
} from "./adapter/platforms/index.js";
import type { Clock, EventBus } from "./contracts/event-bus.js";
import type { PlatformAdapter } from "./contracts/platform-adapter.js";
import { FaygerError, hostError } from "./errors/index.js";
import { Fayger, type FaygerHost, type FaygerOptions } from "./fayger.js";
// From its own file: what the types of this module lead to, a program that imports it has to compile.
import type { AroundGuest } from "./runtime/host-engine/around-guest.js";
import { createHostEngine, createHostEngineWorker, hostTaskScheduler } from "./runtime/host-engine/index.js";
import { spawnNodeGuestWorker } from "./runtime/host-engine/node/index.js";
import { createInterpreter } from "./runtime/interpreter/index.js";
import { createNodeSignatureBackend, nodeCrc32, nodeSha256 } from "./security/backends/node.js";

export {
  createNativeDesktopAdapter,
  createServerAdapter,
  type HostNetwork,
  type HostTimers,
  type NodeServices,
  type ProgramSignals,
  SignalDesk,
  type StandardStreams,
} from "./adapter/platforms/index.js";
export * from "./index.js";
export { createFileSource } from "./loader/sources/index.js";
export * from "./loader/sources/web/index.js";
export type { AroundGuest } from "./runtime/host-engine/around-guest.js";
export {
  createNodeSignatureBackend,
  type GeneratedKeyPair,
  generateKeyPair,
  type KeyFileOptions,
  type KeyProblem,
  type KeyReading,
  nodeCrc32,
  nodeSha256,
  readPublicKey,
  readSigner,
} from "./security/backends/node.js";

/** The clocks of this process. */
export const systemClock: Clock = nodeClock;

/** How a Fayger on Node is set up. */
export interface NodeFaygerOptions extends Omit<FaygerOptions, "trustStore"> {
  /** Path of the trust store, or its bytes. Without one nobody is trusted. */
  readonly trustStore?: string | Uint8Array;
  /** Clocks, timers, random numbers and standard streams of programs, where they shall not be this process's own. */
  readonly services?: Partial<NodeServices>;
  /** Further Platform_Adapters, for instance one of `createInAppAdapter`, which is chosen before those of Node. */
  readonly adapters?: readonly PlatformAdapter[];
  /** Called with what may hold this thread for long, which it does: each step of a guest in thread. */
  readonly aroundGuest?: AroundGuest;
  /** Called with the event bus before anything is published on it. */
  readonly observe?: (events: EventBus) => void;
}

/** What Node contributes to a Fayger. */
export function nodeHost(
  services: Partial<NodeServices> = {},
  adapter?: string,
  aroundGuest?: AroundGuest,
): FaygerHost {
  const { clock = nodeClock, timers = nodeTimers } = services;
  const adapters = [createServerAdapter(services), createNativeDesktopAdapter(services)];
  return {
    clock,
    after: (delay, task) => timers.after(delay, task),
    random: (count) => new Uint8Array(randomBytes(count)),
    sha256: nodeSha256,
    crc32: nodeCrc32,
    signatures: createNodeSignatureBackend(),
    detector: createNodeHostDetector(),
    adapters:
      adapter === undefined ? adapters : adapters.filter((candidate) => candidate.descriptor().platformId === adapter),
    implementations: [
      (shared) => createInterpreter({ ...shared, scheduler: hostTaskScheduler() }),
      (shared) => createHostEngineWorker(shared, spawnNodeGuestWorker),
      // A step of this one holds the thread, with all the instructions in it.
      (shared) => createHostEngine(shared, aroundGuest),
    ],
  };
}

/**
 * Put a Fayger together on Node.
 *
 * ```ts
 * const fayger = await createFayger({ trustStore: "trust.cbor", policy: { capabilities: ["io.stdio"] } });
 * ```
 *
 * @throws FaygerError `LDR_TRUST_STORE_INVALID`, `ADP_NO_MATCHING_PLATFORM`; `HOST_ERROR` where the trust store cannot be
 * read
 */
export async function createFayger(options: NodeFaygerOptions = {}): Promise<Fayger> {
  const { trustStore, services, adapters = [], observe, aroundGuest, ...rest } = options;
  const document = typeof trustStore === "string" ? await readDocument(trustStore) : trustStore;
  const host = nodeHost(services, undefined, aroundGuest);
  return Fayger.create(
    { ...host, adapters: [...adapters, ...host.adapters] },
    { ...rest, ...(document !== undefined && { trustStore: document }) },
    observe,
  );
}

async function readDocument(path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    const { message, context } = hostError(error, "open");
    throw new FaygerError("HOST_ERROR", `the trust store ${JSON.stringify(path)} cannot be read: ${message}`, context);
  }
}
