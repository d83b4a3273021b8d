import { generateKeyPairSync } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CRYPTO_ALGORITHM_NUMBERS as NUMBER } from "../../generated/enums/crypto-algorithm.js";
import { PLATFORMS } from "../../generated/enums/platform.js";
import * as crypto from "../../generated/instructions/crypto.js";
import { INSTRUCTIONS } from "../../generated/instructions/instruction-table.js";
import { ioClose } from "../../generated/instructions/io.js";
import { randomRandomBytes, readRandomRandomBytesResults } from "../../generated/instructions/random.js";
import * as time from "../../generated/instructions/time.js";
import { descriptorFault } from "../../reference/adapter/index.js";
import { openTestProgram } from "../../reference/adapter/platforms/testing/program.js";
import { createBrowserAdapter, createWebHostDetector } from "../../reference/adapter/platforms/web/index.js";
import { findChromium, NO_CHROMIUM } from "./chromium.js";
import { compilePages, type Harness, type OpenedProbe, startHarness } from "./harness.js";
import { openRemoteProgram, type RemoteProgram } from "./remote-program.js";

// The browser adapter: what it says of itself, and time, random bytes and cryptography in a real browser.

const chromium = findChromium();
const skipped = chromium === undefined ? `, all skipped: ${NO_CHROMIUM}` : "";

describe("the browser adapter", () => {
  // @spec adapters.built-in.browser, adapters.built-in
  test("offers no files, processes, sockets or cells, and everything else of its row", () => {
    const descriptor = createBrowserAdapter().descriptor();
    const row = PLATFORMS.find(({ name }) => name === "browser");
    expect(descriptorFault(descriptor)).toBeUndefined();
    expect(descriptor).toMatchObject({
      platformId: "browser",
      priority: row?.priority,
      supportedCapabilities: row?.capabilities,
      restrictedCapabilities: row?.restricted,
    });
    const offered = INSTRUCTIONS.filter(
      ({ capability }) => capability !== null && row?.capabilities.includes(capability),
    );
    expect(descriptor.supportedInstructions).toEqual([...offered.map(({ name }) => name), "io.close"].sort());
    expect(descriptor.supportedInstructions.filter((name) => /^(io|proc|host)[.]/.test(name))).toEqual(["io.close"]);
  });

  // @spec adapters.detection, adapters.host-environment
  test("matches a page with a document and nothing else", () => {
    const facts = { document: true, secureContext: true, crossOriginIsolated: false };
    const page = createWebHostDetector(facts).detect();
    expect(page).toEqual({
      platformId: "browser",
      osKind: "browser",
      arch: "other",
      sandboxKind: "browser",
      runtimeFeatures: ["display", "secure_context"],
    });
    const adapter = createBrowserAdapter();
    expect(adapter.match(page)).toBe(true);
    expect(adapter.match({ ...page, platformId: "node" })).toBe(false);
    expect(adapter.match(createWebHostDetector({ ...facts, document: false }).detect())).toBe(false);
    expect(
      createWebHostDetector({ document: false, secureContext: false, crossOriginIsolated: true }).detect(),
    ).toEqual({ ...page, runtimeFeatures: ["cross_origin_isolated"] });
  });
});

describe.skipIf(chromium === undefined)(`in Chromium${skipped}`, { timeout: 120_000 }, () => {
  let harness: Harness;
  let probe: OpenedProbe;
  let program: RemoteProgram;
  beforeAll(async () => {
    compilePages();
    harness = await startHarness(chromium ?? "");
    probe = await harness.openProbe();
    program = await openRemoteProgram(probe);
  }, 180_000);
  afterAll(() => harness?.close());

  // @spec capabilities.negotiation.warnings
  test("the negotiation warns of what a browser restricts", () => {
    expect(program.negotiation).toMatchObject({
      denied: [],
      warnings: ["net.http", "net.websocket", "time.clock"],
    });
  });

  // @spec instructions.time.clocks
  test("clocks tell the time, and one of them never runs backwards", async () => {
    const wall = time.readTimeClockWallResults(await program.done(time.timeClockWall())).unixNs;
    const difference = Number(wall / 1_000_000n) - Date.now();
    expect(Math.abs(difference)).toBeLessThan(60_000);
    const replies = await program.replies(Array.from({ length: 50 }, () => time.timeClockMonotonic()));
    const read = replies.map((reply) => reply.slice(4).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n));
    expect(read).toEqual([...read].sort((one, two) => (one < two ? -1 : 1)));
  });

  // @spec instructions.time.timers
  test("a sleep takes its time, and a timer counts until it is closed", async () => {
    const monotonic = async (): Promise<bigint> =>
      time.readTimeClockMonotonicResults(await program.done(time.timeClockMonotonic())).ns;
    const before = await monotonic();
    await program.done(time.timeSleep(30_000_000n));
    expect((await monotonic()) - before).toBeGreaterThanOrEqual(30_000_000n);

    const { timer } = time.readTimeTimerStartResults(await program.done(time.timeTimerStart(0n, 1_000_000n)));
    const events = await program.delivered(3);
    expect(events.slice(0, 3)).toEqual(
      [1n, 2n, 3n].map((count) => ({
        category: 3,
        opcode: 1,
        completion: false,
        payload: [
          { type: "handle", value: timer },
          { type: "u64", value: count },
        ],
      })),
    );
    await program.done(ioClose(timer));
    const { length } = await program.delivered();
    await program.done(time.timeSleep(20_000_000n));
    expect((await program.delivered()).length).toBe(length);
    expect(await program.refused(ioClose(timer))).toBe("ADP_HOST_CALL_FAILED bad_handle");
  });

  // @spec instructions.close
  test("the end of an instance stops its timers and sleeps, and gives back every handle", async () => {
    const other = await openRemoteProgram(probe);
    await other.done(time.timeTimerStart(0n, 1_000_000n));
    await other.delivered(1);
    const sleeping = other.refused(time.timeSleep(3_600_000_000_000n));
    await other.close();
    expect(await sleeping).toBe("ADP_HOST_CALL_FAILED interrupted");
    const { length } = await other.delivered();
    await program.done(time.timeSleep(20_000_000n));
    expect((await other.delivered()).length).toBe(length);
    expect(await other.openHandles()).toBe(0);
  });

  // @spec instructions.random.bytes
  test("random bytes differ, come in the number asked for, and are bounded", async () => {
    const bytes = async (count: number): Promise<Uint8Array> =>
      readRandomRandomBytesResults(await program.done(randomRandomBytes(count))).data;
    expect((await bytes(0)).length).toBe(0);
    const [one, two] = [await bytes(65_536), await bytes(65_536)];
    expect(one.length).toBe(65_536);
    expect(one).not.toEqual(two);
    expect(new Set(one).size).toBe(256);
    expect(await program.refused(randomRandomBytes(65_537))).toBe("ADP_HOST_CALL_FAILED too_large");
  });

  describe("cryptography", () => {
    const node = openTestProgram();
    afterAll(() => node.channel.close());

    /** Both hosts answer the same. */
    async function agree(instructions: readonly Uint8Array[]): Promise<void> {
      const expected: Uint8Array[] = [];
      for (const instruction of instructions) expected.push(await node.channel.emit(instruction));
      expect(await program.replies(instructions)).toEqual(expected);
    }

    const drawn = <T>(arbitrary: fc.Arbitrary<T>, count: number): T[] =>
      fc.sample(arbitrary, { numRuns: count, seed: 1 });
    const some = (maxLength: number, minLength = 0): fc.Arbitrary<Uint8Array> =>
      fc.uint8Array({ minLength, maxLength });

    // @spec instructions.crypto.platform, instructions.crypto.algorithms, instructions.crypto.unseal
    test("gives and refuses the same in a browser as on Node", async () => {
      const number = fc.constantFrom(...Object.values(NUMBER), 0, 4, 0xffff_ffff);
      const [digest, seal] = [fc.constantFrom(1, 2, 3), fc.constantFrom(48, 49)];
      const length = fc.constantFrom(0, 1, 16, 33, 8_160, 8_161, 16_320, 16_321);
      await agree([
        ...drawn(fc.tuple(number, some(200)), 20).map((given) => crypto.cryptoDigest(...given)),
        ...drawn(fc.tuple(digest, some(200), some(200)), 30).map((given) => crypto.cryptoHmac(...given)),
        ...drawn(fc.tuple(digest, some(9), some(9), some(64, 32)), 30).map((given) =>
          crypto.cryptoHmacVerify(...given),
        ),
        ...drawn(fc.tuple(digest, some(99), some(99), some(1_030), length), 40).map((given) =>
          crypto.cryptoHkdf(...given),
        ),
        ...drawn(fc.tuple(digest, some(99), some(99), fc.constantFrom(0, 1, 7), length), 40).map((given) =>
          crypto.cryptoPbkdf2(...given),
        ),
        ...drawn(
          fc.tuple(seal, fc.oneof(some(32, 32), some(16, 16), some(40)), some(12, 11), some(40), some(99)),
          40,
        ).map((given) => crypto.cryptoSeal(...given)),
        ...drawn(fc.tuple(seal, some(32, 32), some(12, 12), some(40), some(40)), 20).map((given) =>
          crypto.cryptoUnseal(...given),
        ),
        ...drawn(fc.tuple(number, some(120), some(40)), 20).map((given) => crypto.cryptoSign(...given)),
        ...drawn(fc.tuple(number, some(120), some(40), some(64, 64)), 20).map((given) => crypto.cryptoVerify(...given)),
      ]);
    });

    test("seals for Node and unseals what Node has sealed", async () => {
      const operands = [NUMBER.aes_256_gcm, new Uint8Array(32).fill(7), new Uint8Array(12), Uint8Array.of(1)] as const;
      const plain = new Uint8Array(1_000).fill(3);
      const { sealed } = crypto.readCryptoSealResults(await program.done(crypto.cryptoSeal(...operands, plain)));
      const [damaged, first = 0] = [sealed.slice(), sealed[0]];
      damaged[0] = first ^ 1;
      await agree([crypto.cryptoUnseal(...operands, sealed), crypto.cryptoUnseal(...operands, damaged)]);
      expect(await program.refused(crypto.cryptoUnseal(...operands, damaged))).toBe(
        "ADP_HOST_CALL_FAILED not_authentic",
      );
    });

    // @spec instructions.crypto.keys
    test.each(["ed25519", "ecdsa_p256", "rsa_pss_sha256"] as const)(
      "makes keys of %s that Node takes, and signatures that both find right",
      async (name) => {
        const made = crypto.readCryptoKeyPairGenerateResults(
          await program.done(crypto.cryptoKeyPairGenerate(NUMBER[name])),
        );
        const other = crypto.readCryptoKeyPairGenerateResults(
          await node.waited(crypto.cryptoKeyPairGenerate(NUMBER[name])),
        );
        const data = Uint8Array.of(1, 2, 3);
        for (const { privateKey, publicKey } of [made, other]) {
          const sign = crypto.cryptoSign(NUMBER[name], privateKey, data);
          const signatures = [
            crypto.readCryptoSignResults(await program.done(sign)).signature,
            crypto.readCryptoSignResults(await node.waited(sign)).signature,
          ];
          for (const signature of signatures) {
            const wrong = signature.slice();
            wrong[9] = (wrong[9] ?? 0) ^ 4;
            const verify = crypto.cryptoVerify(NUMBER[name], publicKey, data, signature);
            expect(crypto.readCryptoVerifyResults(await program.done(verify)).valid).toBe(true);
            await agree([
              verify,
              crypto.cryptoVerify(NUMBER[name], publicKey, data, wrong),
              crypto.cryptoVerify(NUMBER[name], publicKey, Uint8Array.of(1), signature),
              crypto.cryptoVerify(NUMBER[name], publicKey, data, signature.subarray(1)),
              crypto.cryptoVerify(NUMBER[name], privateKey, data, signature),
            ]);
          }
        }
      },
    );

    test.each(["x25519", "ecdh_p256"] as const)(
      "shares secrets of %s with Node, and takes no bad point",
      async (name) => {
        const make = crypto.cryptoKeyPairGenerate(NUMBER[name]);
        const made = crypto.readCryptoKeyPairGenerateResults(await program.done(make));
        const other = crypto.readCryptoKeyPairGenerateResults(await node.waited(make));
        const here = await program.done(crypto.cryptoAgree(NUMBER[name], made.privateKey, other.publicKey));
        const there = await node.waited(crypto.cryptoAgree(NUMBER[name], other.privateKey, made.publicKey));
        expect(here).toEqual(there);
        const bad = other.publicKey.slice().fill(0, other.publicKey.length - 32);
        const strange = generateKeyPairSync("ec", { namedCurve: "P-384" }).publicKey.export({
          type: "spki",
          format: "der",
        });
        await agree([bad, strange].map((key) => crypto.cryptoAgree(NUMBER[name], made.privateKey, key)));
        const refused = crypto.cryptoAgree(NUMBER[name], made.privateKey, bad);
        expect(await program.refused(refused)).toBe("ADP_HOST_CALL_FAILED invalid_argument");
      },
    );

    const folder =
      process.env["FAYGER_EXTERNAL"] ?? fileURLToPath(new URL("../../../shared/external", import.meta.url));
    const files = {
      ed25519: "ed25519_test.json",
      ecdsa_p256: "ecdsa_secp256r1_sha256_p1363_test.json",
      rsa_pss_sha256: "rsa_pss_2048_sha256_mgf1_32_test.json",
    } as const;
    for (const [name, file] of Object.entries(files)) {
      const path = resolve(folder, "wycheproof", file);
      const absent = existsSync(path) ? "" : `, skipped: ${file} is absent`;
      test.skipIf(absent !== "")(`judges the cases of ${file} as they say${absent}`, async () => {
        const { testGroups } = JSON.parse(readFileSync(path, "utf8")) as {
          testGroups: { publicKeyDer: string; tests: { msg: string; sig: string; result: string }[] }[];
        };
        const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));
        const cases = testGroups.flatMap(({ publicKeyDer, tests }) =>
          tests.map(({ msg, sig, result }) => ({
            instruction: crypto.cryptoVerify(NUMBER[name as keyof typeof files], hex(publicKeyDer), hex(msg), hex(sig)),
            // A whole reply: status 0, and a bool.
            reply: Uint8Array.of(0, 0, 5, 1, result === "valid" ? 1 : 0),
          })),
        );
        expect(cases.length).toBeGreaterThan(100);
        expect(await program.replies(cases.map(({ instruction }) => instruction))).toEqual(
          cases.map(({ reply }) => reply),
        );
      });
    }
  });
});
