import type { EventFields, EventName } from "../../../generated/events/event-fields.js";
import type { Clock, EventPublisher } from "../../contracts/event-bus.js";
import type { Sha256, SignaturePolicy } from "../../contracts/security.js";
import type { LoaderServices } from "../load-options.js";

/** An event as it was published. */
export type RecordedEvent = { [N in EventName]: { readonly name: N; readonly fields: EventFields[N] } }[EventName];

/** Services of a loader that keep every event. */
export interface RecordedServices extends LoaderServices {
  readonly recorded: RecordedEvent[];
}

/** A policy that believes everybody, for tests of everything else. */
export const TRUSTING_POLICY: SignaturePolicy = {
  async decide() {
    return { accepted: true, trust: "unsigned" };
  },
};

/** Services with a clock that counts its readings. */
export function recordedServices(sha256: Sha256, signaturePolicy: SignaturePolicy = TRUSTING_POLICY): RecordedServices {
  const recorded: RecordedEvent[] = [];
  const events: EventPublisher = {
    publish: (name, fields) => {
      recorded.push({ name, fields } as RecordedEvent);
    },
    enabled: () => true,
  };
  return { sha256, signaturePolicy, events, clock: countingClock(), recorded };
}

/** Each reading is a millisecond after the one before; the date is that of the second 1,700,000,000. */
export function countingClock(): Clock {
  let readings = 0n;
  const next = (): bigint => {
    readings += 1n;
    return readings * 1_000_000n;
  };
  return { unixNanoseconds: () => 1_700_000_000_000_000_000n + next(), monotonicNanoseconds: next };
}
