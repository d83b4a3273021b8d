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
    return uuidText(lastMillisecond, count, random(8));
  };
}

/** Where a hyphen stands in the text of a UUID. */
const HYPHENS: readonly number[] = [8, 13, 18, 23];
const HYPHEN = 0x2d;
const VERSION = 0x7;
const VARIANT = 0x80;

/**
 * The text of a version 7 UUID, made in one piece: joined parts would stay in memory as parts, many times as large,
 * for as long as the instance is known.
 */
function uuidText(millisecond: number, count: number, random: Uint8Array): string {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, Math.floor(millisecond / 0x1_0000_0000));
  view.setUint32(2, millisecond % 0x1_0000_0000);
  view.setUint16(6, (VERSION << 12) | count);
  bytes.set(random.subarray(0, 8), 8);
  view.setUint8(8, (view.getUint8(8) & 0x3f) | VARIANT);
  const characters = new Uint8Array(36);
  let at = 0;
  for (const byte of bytes) {
    if (HYPHENS.includes(at)) characters[at++] = HYPHEN;
    characters[at++] = digit(byte >> 4);
    characters[at++] = digit(byte & 0xf);
  }
  return String.fromCharCode(...characters);
}

/** The lower-case hexadecimal digit of 0 to 15, as a character code. */
function digit(value: number): number {
  return value < 10 ? 0x30 + value : 0x57 + value;
}

/** `instance#1`, `instance#2` and so on: for runs that must be repeatable to the letter. @spec conformance.injected */
export function numberedIds(): InstanceIds {
  let issued = 0;
  return () => {
    issued += 1;
    return `instance#${issued}`;
  };
}
