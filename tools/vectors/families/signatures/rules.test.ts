import { describe, expect, test } from "vitest";
import {
  add,
  base,
  baseOrder,
  challenge,
  type EdwardsPoint,
  equal,
  fieldPrime,
  multiply,
  neutral,
  xOf,
} from "../../building/ed25519-arithmetic.js";
import { bitLength, inverse, mod, power } from "../../building/modular-arithmetic.js";
import { bigEndian, fromBigEndian, fromHex, fromLittleEndian, hash, sha256, toHex } from "../../building/octets.js";
import {
  addP256,
  digestInteger,
  multiplyP256,
  p256Base,
  p256Order,
  p256Prime,
} from "../../building/p256-arithmetic.js";
import { maskOf } from "../../building/rsa-arithmetic.js";
import type { Draft, Family } from "../../corpus/family.js";
import { signatureEcdsaP256 } from "../signature-ecdsa-p256.js";
import { signatureEd25519 } from "../signature-ed25519.js";
import { signatureRsaPss } from "../signature-rsa-pss.js";

// Each question of the chapter is answered once for every vector, without the reference. A faulty verifier is one that
// leaves some questions out, and the vectors have to tell it from a right one.

/** Whether each rule is kept by one vector. */
type Facts = Readonly<Record<string, boolean>>;

interface Judged {
  readonly draft: Draft;
  readonly facts: Facts;
}

function judged(family: Family, facts: (draft: Draft) => Facts | undefined): readonly Judged[] {
  // That a key is asked for under the name of another algorithm is no question of arithmetic.
  const drafts = family.drafts().filter(({ id }) => id.split("/")[1] !== "algorithm");
  return drafts.flatMap((draft) => {
    const found = facts(draft);
    return found === undefined ? [] : [{ draft, facts: found }];
  });
}

function partsOf({ inputs }: Draft): { key: Uint8Array; message: Uint8Array; signature: Uint8Array } {
  return {
    key: fromHex(inputs.key ?? ""),
    message: fromHex(inputs.message ?? ""),
    signature: fromHex(inputs.signature ?? ""),
  };
}

/** The vectors that a verifier gets wrong which leaves some questions out. */
function caught(all: readonly Judged[], ...leftOut: readonly string[]): readonly string[] {
  return all
    .filter(({ draft, facts }) => {
      const accepts = Object.entries(facts).every(([name, kept]) => kept || leftOut.includes(name));
      return accepts !== (draft.expect.verdict === "accept");
    })
    .map(({ draft }) => draft.id);
}

/** The first bytes of a signature, filled up with zeros, as a verifier reads them that does not look at the length. */
function cut(signature: Uint8Array, length: number): Uint8Array {
  const whole = new Uint8Array(length);
  whole.set(signature.subarray(0, length));
  return whole;
}

describe("signature-ed25519", () => {
  /** The point a reader makes of 32 bytes who takes y modulo p and any sign. */
  function lenientPoint(bytes: Uint8Array): EdwardsPoint | undefined {
    const value = fromLittleEndian(bytes);
    const y = (value & (2n ** 255n - 1n)) % fieldPrime;
    const x = xOf(y, value >> 255n);
    return x === undefined ? undefined : { x, y };
  }

  function isCanonical(bytes: Uint8Array): boolean {
    const value = fromLittleEndian(bytes);
    return (value & (2n ** 255n - 1n)) < fieldPrime && !(value >> 255n === 1n && lenientPoint(bytes)?.x === 0n);
  }

  const all = judged(signatureEd25519, (draft) => {
    const { key, message, signature } = partsOf(draft);
    if (toHex(key.subarray(0, 12)) !== "302a300506032b6570032100" || key.length !== 44) return { keyForm: false };
    const whole = cut(signature, 64);
    const [a, r, s] = [key.slice(12), whole.slice(0, 32), fromLittleEndian(whole.slice(32))];
    const [keyPoint, nonce] = [lenientPoint(a), lenientPoint(r)];
    if (keyPoint === undefined || nonce === undefined) return { points: false };
    const k = challenge(r, a, message);
    const left = multiply(s % baseOrder, base);
    const right = add(nonce, multiply(k % baseOrder, keyPoint));
    const holds = equal(left, right);
    const withCofactor = equal(multiply(8n, left), multiply(8n, right));
    return {
      length: signature.length === 64,
      range: s < baseOrder,
      keyEncoding: isCanonical(a),
      nonceEncoding: isCanonical(r),
      keyOrder: !equal(multiply(8n, keyPoint), neutral),
      nonceOrder: !equal(multiply(8n, nonce), neutral),
      noCofactor: holds || !withCofactor,
      equation: withCofactor,
      reduced: holds || !equal(left, add(nonce, multiply(k, keyPoint))),
    };
  });

  test("a verifier by the text gets every vector right", () => {
    expect(caught(all)).toEqual([]);
  });

  test.each([
    ["length"],
    ["range"],
    ["keyOrder"],
    ["nonceOrder"],
    ["noCofactor"],
    ["equation"],
    ["keyForm"],
    ["points"],
  ])("one without %s is caught twice", (rule) => {
    expect(caught(all, rule).length).toBeGreaterThanOrEqual(2);
  });

  test.each([
    ["keyOrder", "keyEncoding"],
    ["nonceOrder", "nonceEncoding"],
  ])("every second spelling is a point of small order, so that without %s a lax %s shows", (order, encoding) => {
    expect(caught(all, order, encoding).length).toBeGreaterThanOrEqual(caught(all, order).length + 5);
  });

  test("one that does not reduce k is caught", () => {
    const unreduced = "signature-ed25519/cofactor/challenge-not-reduced";
    expect(caught(all, "noCofactor")).not.toContain(unreduced);
    expect(caught(all, "noCofactor", "reduced")).toContain(unreduced);
  });
});

describe("signature-ecdsa-p256", () => {
  const prefix = "3059301306072a8648ce3d020106082a8648ce3d03010703420004";
  const b = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

  const all = judged(signatureEcdsaP256, (draft) => {
    const { key, message, signature } = partsOf(draft);
    if (toHex(key.subarray(0, 27)) !== prefix || key.length !== 91) return { keyForm: false };
    const [x, y] = [fromBigEndian(key.subarray(27, 59)), fromBigEndian(key.subarray(59))];
    const inField = x < p256Prime && y < p256Prime;
    const onCurve = mod(y * y - x * x * x + 3n * x - b, p256Prime) === 0n;
    if (!inField || !onCurve) return { inField, onCurve };
    const whole = cut(signature, 64);
    const [r, s] = [fromBigEndian(whole.slice(0, 32)), fromBigEndian(whole.slice(32))];
    const scale = mod(s, p256Order) === 0n ? 0n : inverse(s, p256Order);
    const first = multiplyP256(digestInteger(sha256(message)) * scale, p256Base);
    const sum = addP256(first, multiplyP256(r * scale, { x, y }));
    return {
      length: signature.length === 64,
      rAboveZero: r > 0n,
      rBelowOrder: r < p256Order,
      sAboveZero: s > 0n,
      sBelowOrder: s < p256Order,
      sLow: mod(s, p256Order) <= p256Order / 2n,
      // A verifier that takes the point at infinity for an x of 0 believes what is 0 modulo n.
      equation: mod((sum?.x ?? 0n) - r, p256Order) === 0n,
    };
  });

  test("a verifier by the text gets every vector right", () => {
    expect(caught(all)).toEqual([]);
  });

  test.each([
    [["length"], 2],
    [["sLow"], 3],
    [["sBelowOrder"], 2],
    [["rBelowOrder"], 2],
    [["rAboveZero", "sAboveZero"], 2],
    [["rBelowOrder", "sBelowOrder"], 3],
    [["equation"], 10],
    [["keyForm"], 10],
    [["inField"], 2],
    [["onCurve"], 2],
  ] as const)("one without %s is caught %i times", (rules, times) => {
    expect(caught(all, ...rules).length).toBeGreaterThanOrEqual(times);
  });
});

describe("signature-rsa-pss", () => {
  /** A key of 2047 bits and more in the layout of the table; undefined for every other form. */
  function numbersOf(key: Uint8Array): { modulus: bigint; exponent: bigint } | undefined {
    const form = /^3082.{4}300d06092a864886f70d01010105000382.{4}003082.{4}0282(.{4})(.*)$/.exec(toHex(key));
    const length = 2 * Number.parseInt(form?.[1] ?? "0", 16);
    const [modulus = "", rest = ""] = [form?.[2]?.slice(0, length), form?.[2]?.slice(length)];
    const exponent = /^02(01|03)([0-7].*)$/.exec(rest)?.[2];
    if (!modulus.startsWith("00") && !/^[1-7]/.test(modulus)) return undefined;
    if (modulus.startsWith("0000") || exponent === undefined || exponent.length > 6) return undefined;
    return { modulus: BigInt(`0x${modulus}`), exponent: BigInt(`0x${exponent}`) };
  }

  const all = judged(signatureRsaPss, (draft) => {
    const { key, message, signature } = partsOf(draft);
    const numbers = numbersOf(key);
    if (numbers === undefined || draft.id.includes("/key-form/")) return undefined;
    const { modulus, exponent } = numbers;
    const bits = bitLength(modulus);
    const value = fromBigEndian(signature);
    const emLength = Math.ceil((bits - 1) / 8);
    const number = power(value, exponent, modulus);
    const encoded = bigEndian(number % (1n << BigInt(8 * emLength)), emLength);
    const digest = encoded.slice(emLength - 33, emLength - 1);
    const masked = encoded.slice(0, emLength - 33);
    const mask = maskOf("sha256", digest, masked.length);
    const spare = 8 * emLength - (bits - 1);
    const plain = masked.map((byte, at) => (byte ^ (mask[at] ?? 0)) & (at === 0 ? 0xff >> spare : 0xff));
    const mark = plain.length - 33;
    const found = hash("sha256", new Uint8Array(8), sha256(message), plain.slice(mark + 1));
    return {
      size: [2048, 3072, 4096].includes(bits),
      odd: modulus % 2n === 1n,
      exponent: exponent === 65537n,
      length: signature.length === Math.ceil(bits / 8),
      value: value < modulus,
      highest: (masked[0] ?? 0) >> (8 - spare) === 0 && number >> BigInt(8 * emLength) === 0n,
      trailer: encoded[emLength - 1] === 0xbc,
      mark: plain[mark] === 1,
      padding: plain.slice(0, mark).every((byte) => byte === 0),
      equation: toHex(found) === toHex(digest),
    };
  });

  test("a verifier by the text gets every vector right", () => {
    expect(caught(all)).toEqual([]);
  });

  test.each([
    [["size"], 3],
    [["odd"], 2],
    [["exponent"], 3],
    [["length"], 2],
    [["value"], 2],
    [["highest"], 2],
    [["trailer"], 2],
    [["mark"], 2],
    [["padding"], 3],
    [["equation"], 4],
  ] as const)("one without %s is caught %i times", (rules, times) => {
    expect(caught(all, ...rules).length).toBeGreaterThanOrEqual(times);
  });
});
