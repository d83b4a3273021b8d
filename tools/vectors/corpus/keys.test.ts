import { constants, createPublicKey, verify } from "node:crypto";
import { p256 } from "@noble/curves/nist.js";
import { describe, expect, test } from "vitest";
import { utf8 } from "../building/octets.js";
import { isNotedRight } from "../building/rsa-keys.js";
import { allSearches } from "../building/rsa-searches.js";
import { sign, signatureLength } from "../building/signing.js";
import { keyNames, keyRecords, testKey } from "./keys.js";

const message = utf8("what is signed");

describe("test keys", () => {
  test.each(keyNames)("%s signs what the host verifies, always the same bytes", (name) => {
    const key = testKey(name);
    const signature = sign(key, message);
    const host = createPublicKey({ key: Buffer.from(key.spki), format: "der", type: "spki" });
    const options =
      key.algorithm === "rsa-pss-sha256"
        ? { key: host, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
        : { key: host, dsaEncoding: "ieee-p1363" as const };
    expect(verify(key.algorithm === "ed25519" ? null : "sha256", message, options, signature)).toBe(true);
    expect(signature).toHaveLength(signatureLength(key));
    expect(sign(key, message)).toEqual(signature);
  });

  test("an ECDSA signature is the one of RFC 6979 with a low s", () => {
    const key = testKey("ecdsa-p256-publisher");
    if (key.half.algorithm !== "ecdsa-p256") throw new TypeError("not a P-256 key");
    const secret = Buffer.from(key.half.scalar.toString(16).padStart(64, "0"), "hex");
    expect(sign(key, message)).toEqual(Uint8Array.from(p256.sign(message, secret, { lowS: true })));
  });

  test("every search for a prime ends where it is noted", () => {
    const named = keyNames.flatMap((name) => {
      const { half, text } = testKey(name);
      return half.algorithm === "rsa-pss-sha256" ? [{ text, bits: half.modulus.toString(2).length }] : [];
    });
    // A search among long numbers takes seconds: of those only the end is gone through again.
    for (const { text, bits } of allSearches(named))
      expect.soft(isNotedRight(text, bits, bits > 600 ? 40 : undefined), text).toBe(true);
  }, 60_000);

  test("what is published of a key is enough to make it again", () => {
    const records = keyRecords();
    expect(records.map(({ name }) => name)).toEqual([...keyNames]);
    for (const { seed, private: half } of records) {
      expect(seed).toMatch(/^fayger-vectors\/v1\/keys\/[a-z0-9-]+$/);
      for (const part of Object.values(half)) expect(part).toMatch(/^([0-9a-f]{2})+$/);
    }
  });
});
