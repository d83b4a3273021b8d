import type { Clock } from "./contracts/event-bus.js";
import type { HostEnvironmentDetector, PlatformAdapter } from "./contracts/platform-adapter.js";
import type { RuntimeImplementation } from "./contracts/runtime-interface.js";
import type { Sha256, SignatureBackend } from "./contracts/security.js";
import type { Checksum } from "./loader/index.js";
import type { ManagedImplementationOptions } from "./runtime/index.js";

/** What every Runtime_Implementation of one Fayger shares. */
export type ImplementationServices = Omit<ManagedImplementationOptions, "descriptor" | "strategy" | "scheduler"> & {
  /** Whether its instances live at the same time, as the parts of an iFay do: none may wait for the end of another. */
  readonly together?: boolean;
};

/** What one host contributes: everything that touches it. A preset such as `fayger/node` fills this in. */
export interface FaygerHost {
  readonly clock: Clock;
  /** Do something once, after so many nanoseconds. Gives what prevents it. */
  readonly after: (delay: bigint, task: () => void) => () => void;
  /** So many random bytes fit for keys. */
  readonly random: (count: number) => Uint8Array;
  readonly sha256: Sha256;
  /** CRC-32/ISO-HDLC, where the host has it faster than the loader. */
  readonly crc32?: Checksum;
  readonly signatures: SignatureBackend;
  readonly detector: HostEnvironmentDetector;
  /** Platform_Adapters in the order of registration. */
  readonly adapters: readonly PlatformAdapter[];
  /** Makes the Runtime_Implementations, in the order of registration. */
  readonly implementations: readonly ((services: ImplementationServices) => RuntimeImplementation)[];
}
