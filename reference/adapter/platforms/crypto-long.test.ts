import { describe, expect, it } from "vitest";
import { CRYPTO_ALGORITHM_NUMBERS as NUMBER } from "../../../generated/enums/crypto-algorithm.js";
import * as crypto from "../../../generated/instructions/crypto.js";
import { decodeEvent } from "../../../generated/instructions/message.js";
import type { PlatformCrypto } from "../crypto/index.js";
import { settled, until } from "./network/testing/network-program.js";
import { nodeCrypto } from "./node-crypto.js";
import { NOTHING, TEXT } from "./testing/crypto.js";
import { failed, openTestProgram, type TestProgram } from "./testing/program.js";

// Cryptography that takes long, of which nothing ends what has begun.

/** A little work that is done as soon as it is begun. */
const SHORT = crypto.cryptoPbkdf2(NUMBER.sha_256, TEXT, TEXT, 1, 32, { asynchronous: true });

/** A platform that counts how much it does at once, and does the rest when a test says so. */
function heldCrypto(): { platform: PlatformCrypto; begun: (() => void)[]; most: () => number } {
  const begun: (() => void)[] = [];
  let running = 0;
  let most = 0;
  const held = async <T>(work: () => T | Promise<T>): Promise<T> => {
    running += 1;
    most = Math.max(most, running);
    await new Promise<void>((resolve) => begun.push(resolve));
    running -= 1;
    return work();
  };
  const platform: PlatformCrypto = {
    ...nodeCrypto,
    generateKeyPair: (...given) => held(() => nodeCrypto.generateKeyPair(...given)),
    pbkdf2: (...given) => held(() => nodeCrypto.pbkdf2(...given)),
  };
  return { platform, begun, most: () => most };
}

/** Ids of the calls that were completed, in their order. */
const completions = ({ delivered }: TestProgram): unknown[] =>
  delivered.map((bytes) => {
    const [call] = decodeEvent(bytes).payload;
    return call?.type === "u32" ? call.value : call;
  });

describe("cryptography that takes long", () => {
  // @spec instructions.crypto.bounds
  it("is bounded by all of its iterations, those of each digest of the key", async () => {
    const { refusedLater, channel } = openTestProgram();
    for (const [number, bytes] of [
      [NUMBER.sha_256, 32],
      [NUMBER.sha_384, 48],
      [NUMBER.sha_512, 64],
    ] as const) {
      for (const [iterations, length] of [
        [10_000_001, bytes],
        [5_000_001, bytes + 1],
        [5_000_001, 2 * bytes],
        [10_000_000, 8_160],
      ] as const) {
        const instruction = crypto.cryptoPbkdf2(number, TEXT, TEXT, iterations, length);
        expect(await refusedLater(instruction)).toBe(failed("too_large"));
      }
    }
    channel.close();
  });

  it("is done one after the other for each instance, in its order", async () => {
    const { platform, begun, most } = heldCrypto();
    const guest = openTestProgram({ services: { crypto: platform } });
    const other = openTestProgram({ services: { crypto: platform } });
    const generate = crypto.cryptoKeyPairGenerate(NUMBER.ed25519, { asynchronous: true });
    for (const instruction of [SHORT, generate, SHORT]) guest.done(instruction);
    other.done(SHORT);
    // One of each, and one instance does not wait for the other.
    expect(await settled(() => begun.length)).toBe(2);
    begun[1]?.();
    await until(() => completions(other).length === 1);
    for (const [at, done] of [
      [0, 1],
      [2, 2],
      [3, 3],
    ] as const) {
      expect(await settled(() => begun.length)).toBe(Math.max(2, at + 1));
      begun[at]?.();
      await until(() => completions(guest).length === done);
    }
    expect(completions(guest)).toEqual([1, 2, 3]);
    expect(most()).toBe(2);
    guest.channel.close();
    other.channel.close();
  });

  // @spec adapters.cancel
  it("is begun for nobody who has ended, and waited for by nobody", async () => {
    const { platform, begun } = heldCrypto();
    const guest = openTestProgram({ services: { crypto: platform } });
    const waiting = [1, 2].map(() => guest.refusedLater(crypto.cryptoPbkdf2(NUMBER.sha_256, TEXT, NOTHING, 1, 32)));
    await until(() => begun.length === 1);
    guest.channel.close();
    expect(await Promise.all(waiting)).toEqual([failed("interrupted"), failed("interrupted")]);
    begun[0]?.();
    expect(await settled(() => begun.length)).toBe(1);
  });
});
