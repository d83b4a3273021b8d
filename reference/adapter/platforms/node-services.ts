import type { Clock } from "../../contracts/event-bus.js";
import type { PlatformCrypto } from "../crypto/index.js";
import type { HostTimers } from "../handlers/host-timers.js";
import type { ScreenHost, SurfaceHost } from "../ui/index.js";
import { nodeTimers } from "./host-timers.js";
import { type HostNetwork, nodeNetwork } from "./network/host-network.js";
import { nodeClock } from "./node-clock.js";
import { nodeCrypto } from "./node-crypto.js";
import type { ProgramSignals } from "./processes/program-signals.js";
import { fillRandom } from "./random-pool.js";
import type { StandardStreams } from "./standard-streams.js";
import { processStreams, processTerminal } from "./terminal/index.js";

/** What instruction handlers use of Node besides its files; each can be replaced to repeat a run. */
export interface NodeServices {
  /** The clocks a program reads. */
  readonly clock: Clock;
  /** Timers and sleeps. */
  readonly timers: HostTimers;
  /** Fills an array with random bytes fit for keys. */
  readonly random: (target: Uint8Array) => void;
  /** The program's standard streams. */
  readonly streams: StandardStreams;
  /** Where surfaces are drawn. */
  readonly surfaces: SurfaceHost;
  /** Where screens of cells are drawn. */
  readonly screens: ScreenHost;
  /** The cryptography of the category crypto. */
  readonly crypto: PlatformCrypto;
  /** The resolver of names, and whom TLS trusts. */
  readonly network: HostNetwork;
  /** Arguments of programs. */
  readonly arguments: readonly string[];
  /** Variables of the environment; a program sees those of them that its policy names. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Signals for programs; without one no program can receive any. */
  readonly signals: ProgramSignals | undefined;
}

/** Services of this process, with some replaced. Without others programs get no arguments and no signals. */
export function nodeServices(replaced: Partial<NodeServices> = {}): NodeServices {
  return {
    clock: nodeClock,
    timers: nodeTimers,
    random: fillRandom,
    streams: processStreams,
    surfaces: processTerminal.surfaces,
    screens: processTerminal.screens,
    crypto: nodeCrypto,
    network: nodeNetwork,
    arguments: [],
    environment: process.env,
    signals: undefined,
    ...replaced,
  };
}
