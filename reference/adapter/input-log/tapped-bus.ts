import type { CapabilityName } from "../../../generated/capabilities.js";
import type { ChannelRequest, InstructionBus, InstructionChannel } from "../../contracts/instruction-bus.js";

/** Stands between one instance and the bus: listens, or takes the bus's place. */
export interface ChannelTap {
  /** Open the instance's channel. @param bus the one behind */
  open(request: ChannelRequest, bus: InstructionBus): InstructionChannel;
}

/** A bus of which single instances can be listened to or answered from elsewhere; the others do not notice. */
export class TappedBus implements InstructionBus {
  readonly #bus: InstructionBus;
  readonly #taps = new Map<string, ChannelTap>();
  #restored: ChannelTap | undefined;

  /** @param bus the one behind */
  constructor(bus: InstructionBus) {
    this.#bus = bus;
  }

  /** Tap the channel of an instance that has not started. */
  tap(instance: string, tap: ChannelTap): void {
    this.#taps.set(instance, tap);
  }

  /**
   * Tap the channel of the instance that `restore` makes: its id is not known before. One at a time.
   *
   * @param restore makes the instance
   */
  async tapRestored<T>(tap: ChannelTap, restore: () => Promise<T>): Promise<T> {
    this.#restored = tap;
    try {
      return await restore();
    } finally {
      this.#restored = undefined;
    }
  }

  /** Forget the tap of an instance. */
  untap(instance: string): void {
    this.#taps.delete(instance);
  }

  open(request: ChannelRequest): InstructionChannel {
    const tap = this.#taps.get(request.instance) ?? (request.resumed === undefined ? undefined : this.#restored);
    return tap === undefined ? this.#bus.open(request) : tap.open(request, this.#bus);
  }

  available(): readonly CapabilityName[] {
    return this.#bus.available();
  }
}
