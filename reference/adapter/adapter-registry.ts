import type { EventPublisher } from "../contracts/event-bus.js";
import type { HostEnvironment, PlatformAdapter } from "../contracts/platform-adapter.js";
import { describeChain } from "../errors/cause-chain.js";
import { FaygerError } from "../errors/fayger-error.js";
import { descriptorFault } from "./check-descriptor.js";

/** One adapter in the order of selection, and whether it fits the host. */
export interface AdapterCandidate {
  readonly platformId: string;
  readonly priority: number;
  readonly matches: boolean;
  /** The hosts it fits, in few words for people. */
  readonly fits: string | undefined;
}

/**
 * The Platform_Adapters of one Fayger.
 *
 * @spec adapters.selection
 */
export class AdapterRegistry {
  readonly #events: EventPublisher;
  #adapters: readonly PlatformAdapter[] = [];

  constructor(events: EventPublisher) {
    this.#events = events;
  }

  /**
   * Add an adapter.
   *
   * @throws FaygerError `ADP_DESCRIPTOR_INCONSISTENT` where its capabilities and instructions do not close
   * @throws TypeError where an adapter with the same id is registered already
   */
  register(adapter: PlatformAdapter): void {
    const descriptor = adapter.descriptor();
    const inconsistent = descriptorFault(descriptor);
    if (inconsistent !== undefined) {
      this.#raised(inconsistent);
      throw inconsistent;
    }
    if (this.#adapters.some((other) => other.descriptor().platformId === descriptor.platformId)) {
      throw new TypeError(`a Platform_Adapter with the id ${descriptor.platformId} is registered already`);
    }
    // @spec adapters.selection: lower priorities first; the sort is stable, so registration order decides the rest.
    this.#adapters = [...this.#adapters, adapter].sort((a, b) => a.descriptor().priority - b.descriptor().priority);
  }

  /** Every adapter in the order in which selection asks them, with its answer for this host. */
  candidates(host: HostEnvironment): AdapterCandidate[] {
    return this.#adapters.map((adapter) => {
      const { platformId, priority, fits } = adapter.descriptor();
      return { platformId, priority, matches: matches(adapter, host), fits };
    });
  }

  /**
   * The first adapter that fits. The same adapters and the same host always give the same one.
   *
   * @param named id of the only adapter that shall be considered
   * @throws FaygerError `ADP_NO_MATCHING_PLATFORM`
   */
  select(host: HostEnvironment, named?: string): PlatformAdapter {
    // @spec adapters.selection.named: who names an adapter passes over the order, and not over whether it fits.
    const considered = this.#adapters.filter(
      (adapter) => named === undefined || adapter.descriptor().platformId === named,
    );
    const fitting = considered.filter((adapter) => matches(adapter, host));
    const [selected] = fitting;
    if (selected === undefined) {
      const message = unfitting(considered, host, named);
      // @spec adapters.selection.none
      const error = new FaygerError("ADP_NO_MATCHING_PLATFORM", message, {
        platform: host.platformId,
        adapters: this.#adapters.map((adapter) => adapter.descriptor().platformId),
      });
      this.#raised(error);
      throw error;
    }
    // @spec adapters.selection.event
    this.#events.publish("capability.adapter_selected", {
      platform: selected.descriptor().platformId,
      candidates: fitting.map((adapter) => adapter.descriptor().platformId),
    });
    return selected;
  }

  #raised(error: FaygerError): void {
    this.#events.publish("error.raised", {
      code: error.code,
      layer: error.sourceLayer,
      message: error.message,
      chain: describeChain(error),
    });
  }
}

/** Why none is selected, for people. */
function unfitting(
  considered: readonly PlatformAdapter[],
  { platformId, osKind, runtimeFeatures }: HostEnvironment,
  named: string | undefined,
): string {
  if (named === undefined) return `no Platform_Adapter fits ${platformId} on ${osKind}`;
  const [adapter] = considered;
  if (adapter === undefined) return `there is no Platform_Adapter ${named}`;
  const { fits } = adapter.descriptor();
  const has = runtimeFeatures.length === 0 ? "no display and no terminal" : runtimeFeatures.join(", ");
  const isFor = fits === undefined ? "" : `: it is for ${fits}, and here is ${has}`;
  return `the Platform_Adapter ${named} does not fit ${platformId} on ${osKind}${isFor}`;
}

/** An adapter that cannot say whether it fits does not fit. */
function matches(adapter: PlatformAdapter, host: HostEnvironment): boolean {
  try {
    return adapter.match(host);
  } catch {
    return false;
  }
}
