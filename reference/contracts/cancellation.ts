/**
 * The part of the platform's `AbortSignal` that Fayger uses. An `AbortSignal` of any host fits; portable layers
 * cannot name the host's own type.
 *
 * @spec loader.cancellation
 */
export interface CancellationSignal {
  /** Whether the caller has asked to stop. */
  readonly aborted: boolean;
  /** Call `listener` once when the caller asks to stop. */
  addEventListener(type: "abort", listener: () => void, options?: { once?: boolean }): void;
  /** Forget `listener`. */
  removeEventListener(type: "abort", listener: () => void): void;
}
