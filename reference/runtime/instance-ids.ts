import type { Clock } from "../contracts/event-bus.js";
import type { InstanceId } from "../contracts/runtime-interface.js";

/** Issues instance ids: never the same twice. One source may serve several implementations. */
export type InstanceIds = () => InstanceId;

/** Largest value of the 12 counting bits. */
const LAST_COUNT = 0xfff;
const NANOSECONDS_PER_MILLISECOND = 1_000_000n;
/** Random bytes of one id. */
const RANDOM_BYTES = 8;
/** Ids for which random bytes are drawn at once: a host gives many bytes in little more time than few. */
const IDS_PER_DRAW = 64;

/**
 * Ids as RFC 9562 defines version 7: 48 bits of Unix milliseconds, then 12 bits that count the ids of one
 * millisecond, then 62 random bits. Ids of one source ascend, even where the clock stands still or runs backwards.
 *
 * @param clock the wall clock
 * @param random gives so many random bytes
 * @spec runtime.instance-id
 */
export function uuidV7Ids(clock: Clock, random: (count: number) => Uint8Array): InstanceIds {
  const text = new UuidText();
  let lastMillisecond = -1;
  let count = 0;
  let drawn: Uint8Array = new Uint8Array(0);
  let used = 0;
  return () => {
    const now = Number(clock.unixNanoseconds() / NANOSECONDS_PER_MILLISECOND);
    if (now > lastMillisecond) {
      lastMillisecond = now;
      count = 0;
      text.millisecond(lastMillisecond);
    } else if (count < LAST_COUNT) count += 1;
    else {
      lastMillisecond += 1;
      count = 0;
      text.millisecond(lastMillisecond);
    }
    if (used + RANDOM_BYTES > drawn.length) {
      drawn = random(RANDOM_BYTES * IDS_PER_DRAW);
      used = 0;
    }
    used += RANDOM_BYTES;
    return text.of(count, drawn, used - RANDOM_BYTES);
  };
}

const HYPHEN = 0x2d;
const VERSION = 0x37;
/** Where the digits of bytes 8 to 15 begin. */
const RANDOM_DIGITS = [19, 21, 24, 26, 28, 30, 32, 34] as const;

/**
 * Text of version 7 UUIDs, each made in one piece out of character codes that stay: joined parts would stay in memory as
 * parts, many times as large, for as long as the instance is known.
 */
class UuidText {
  readonly #codes: number[] = new Array<number>(36).fill(HYPHEN);

  /** Set the time of the ids that follow. */
  millisecond(value: number): void {
    let rest = value;
    for (const at of [11, 9, 6, 4, 2, 0]) {
      this.#byte(at, rest % 0x100);
      rest = Math.floor(rest / 0x100);
    }
  }

  /** One id. @param at where its random bytes begin */
  of(count: number, random: Uint8Array, at: number): string {
    const codes = this.#codes;
    codes[14] = VERSION;
    codes[15] = digit(count >> 8);
    this.#byte(16, count & 0xff);
    for (let index = 0; index < RANDOM_BYTES; index += 1) {
      this.#byte(RANDOM_DIGITS[index] as number, random[at + index] as number);
    }
    // The two highest bits tell the variant.
    codes[19] = digit(0x8 | (((random[at] as number) >> 4) & 0x3));
    return String.fromCharCode.apply(null, codes);
  }

  #byte(at: number, value: number): void {
    this.#codes[at] = digit(value >> 4);
    this.#codes[at + 1] = digit(value & 0xf);
  }
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
