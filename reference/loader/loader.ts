import { LoaderPhase } from "../../generated/enums/loader-phase.js";
import type { BufObject } from "../contracts/buf-object.js";
import type { BufSource } from "../contracts/buf-source.js";
import { isFaygerError } from "../errors/fayger-error.js";
import { CancellationSource } from "./cancellation.js";
import { aborted } from "./failure.js";
import {
  checkLoadOptions,
  type LoaderOptions,
  type LoaderServices,
  type LoadOptions,
  resolveLoaderOptions,
} from "./load-options.js";
import * as phases from "./phases/index.js";
import type { LoadContext } from "./phases/load-context.js";
import { checkProfile } from "./profile.js";
import { SourceReader } from "./source-reader.js";

/** Turns a source of untrusted bytes into a verified object. @spec loader.phases, loader.checks.order */
export interface Loader {
  /**
   * Load one artifact. The loader owns the source from here on: it closes it when the load fails, and the object closes
   * it when it is closed.
   *
   * @throws FaygerError one of the `LDR_` codes, with `context.phase`
   * @throws TypeError where the source is none, or an option makes no sense: a fault of the calling program
   * @spec loader.coded-errors
   */
  load(source: BufSource, options: LoadOptions): Promise<BufObject>;
}

/**
 * Make a loader.
 *
 * @throws TypeError where an option makes no sense: a fault of the calling program
 */
export function createLoader(services: LoaderServices, options?: LoaderOptions): Loader {
  const loader = resolveLoaderOptions(options);
  return {
    async load(source: BufSource, load: LoadOptions): Promise<BufObject> {
      const reader = new SourceReader(source, services.events);
      try {
        checkLoadOptions(load);
        checkProfile(load.profile);
        // Whatever listens on the way listens to a signal of this load, and the caller's has one listener.
        if (load.signal === undefined) return await runPhases({ services, loader, load, reader });
        const own = new CancellationSource();
        const unfollow = own.follow(load.signal);
        try {
          return await runPhases({ services, loader, load: { ...load, signal: own }, reader });
        } finally {
          unfollow();
        }
      } catch (error) {
        // The error of the load is the one to tell; a source that cannot even be closed adds nothing to it.
        await reader.close(LoaderPhase.ReadHead).catch(() => undefined);
        throw error;
      }
    },
  };
}

async function runPhases(context: LoadContext): Promise<BufObject> {
  const { services, loader, load, reader } = context;
  const { sha256, events } = services;
  const chain = new PhaseChain(context);
  events.publish("load.load_started", { source: reader.description, strategy: load.strategy ?? "lazy" });
  const { frontBytes, limits } = loader;
  const onOpened = (size: number): void => events.publish("load.source_opened", { size });
  const head = await chain.run(LoaderPhase.ReadHead, () =>
    phases.readHead({ reader, frontBytes, limits, signal: load.signal, onOpened }),
  );
  const parsed = await chain.run(LoaderPhase.Parse, () => phases.parse(head, limits));
  await chain.run(LoaderPhase.VerifyStructure, () => phases.verifyStructure(parsed, services.crc32));
  const digested = await chain.run(LoaderPhase.VerifyDigest, async () => {
    const digests = await phases.digestHead(parsed, sha256, load.signal);
    return phases.compareHead(parsed, digests, load.expectedManifestDigest);
  });
  const trusted = await chain.run(LoaderPhase.VerifySignature, () => phases.verifySignature(context, digested));
  const negotiated = await chain.run(LoaderPhase.NegotiateVersion, () =>
    phases.negotiateVersion(trusted, loader.runtimeInterface),
  );
  const selected = await chain.run(LoaderPhase.Select, () => phases.select(context, negotiated));
  await chain.run(LoaderPhase.Resolve, () => phases.resolve(context, selected));
  const store = await chain.run(LoaderPhase.ReadSections, () => phases.readSections(context, selected));
  const object = await chain.run(LoaderPhase.HandOff, () => phases.handOff(context, selected, store));
  events.publish("load.load_completed", {
    name: object.manifest.name,
    version: object.manifest.version,
    sections: selected.selection.count,
    reads: reader.reads,
    bytes: reader.bytes,
    duration_ns: chain.elapsed(),
  });
  return object;
}

/**
 * Runs phases one after the other and tells about each. What the checks inside them decide is the first of the total
 * order, because no phase begins before the one above it has passed.
 *
 * @spec loader.events
 * @spec loader.checks.order
 */
class PhaseChain {
  readonly #context: LoadContext;
  readonly #startedAt: bigint;

  constructor(context: LoadContext) {
    this.#context = context;
    this.#startedAt = this.#now();
  }

  /** Nanoseconds since the load began. */
  elapsed(since = this.#startedAt): number {
    return Number(this.#now() - since);
  }

  async run<T>(phase: LoaderPhase, work: () => T | Promise<T>): Promise<T> {
    const { events } = this.#context.services;
    const startedAt = this.#now();
    events.publish("load.phase_started", { phase });
    try {
      if (this.#context.load.signal?.aborted === true) throw aborted(phase);
      const result = await work();
      events.publish("load.phase_completed", { phase, duration_ns: this.elapsed(startedAt) });
      return result;
    } catch (error) {
      const code = isFaygerError(error) ? error.code : "unknown";
      // @spec events.raised
      events.publish("load.phase_failed", { phase, code, duration_ns: this.elapsed(startedAt) });
      throw error;
    }
  }

  #now(): bigint {
    return this.#context.services.clock.monotonicNanoseconds();
  }
}
