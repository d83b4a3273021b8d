import type { Clock } from "../contracts/event-bus.js";
import type { InstanceId } from "../contracts/runtime-interface.js";

/** Issues instance ids: never the same twice. One source may serve several implementations. */
export type InstanceIds = () => InstanceId;

/** Largest value of the 12 counting bits. */
const LAST_COUNT = 0xfff;
const NANOSECONDS_PER_MILLISECOND = 1_000_000n;

/**
 * Ids as RFC 9562 defines version 7: 48 bits of Unix milliseconds, then 12 bits that count the ids of one
 * millisecond, then 62 random bits. Ids of one source ascend, even where the clock stands still or runs backwards.
 *
 * @param clock the wall clock
 * @param random gives so many random bytes
 * @spec runtime.instance-id
 */
export function uuidV7Ids(clock: Clock, random: (count: number) => Uint8Array): InstanceIds {
  let lastMillisecond = -1;
  let count = 0;
  return () => {
    const now = Number(clock.unixNanoseconds() / NANOSECONDS_PER_MILLISECOND);
    if (now > lastMillisecond) {
      lastMillisecond = now;
      count = 0;
    } else if (count < LAST_COUNT) count += 1;
    else {
      lastMillisecond += 1;
      count = 0;
    }
    const bytes = random(8);
    const tail = Array.from(bytes.subarray(0, 8), (byte, at) =>
      (at === 0 ? (byte & 0x3f) | 0x80 : byte).toString(16).padStart(2, "0"),
    ).join("");
    const time = lastMillisecond.toString(16).padStart(12, "0");
    const counter = count.toString(16).padStart(3, "0");
    return `${time.slice(0, 8)}-${time.slice(8)}-7${counter}-${tail.slice(0, 4)}-${tail.slice(4)}`;
  };
}

/** `instance#1`, `instance#2` and so on: for runs that must be repeatable to the letter. @spec conformance.injected */
export function numberedIds(): InstanceIds {
  let issued = 0;
  return () => {
    issued += 1;
    return `instance#${issued}`;
  };
}
