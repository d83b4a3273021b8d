import { ed25519Spki } from "../../building/der.js";
import {
  encode,
  encodeCoordinates,
  fieldPrime,
  joinSignature,
  neutral,
  xOf,
} from "../../building/ed25519-arithmetic.js";
import { toHex } from "../../building/octets.js";
import type { Draft } from "../../corpus/family.js";
import { type Change, effects, type Triple } from "./cases.js";
import {
  agrees,
  constructed,
  multipleOf,
  nonceOf,
  secretScalar,
  smallPointName,
  smallPoints,
} from "./ed25519-constructed.js";
import { agree, invalid, partsOf, usual, valid } from "./ed25519-drafts.js";

/** Keys and R with a part outside the group of the base point, where the cofactor decides. */
export function cofactor(): readonly Draft[] {
  const nonce = nonceOf("cofactor");
  const mixedKey = { keyTorsion: 1n, nonceTorsion: 0n, scalar: secretScalar, nonce };
  const both = { keyTorsion: 1n, nonceTorsion: 5n, scalar: secretScalar, nonce };
  const keyRight = valid(
    {
      id: "cofactor/key-of-mixed-order",
      clauses: agree,
      why: "A key with a part of order 8 is believed where k is a multiple of 8, as the equation then holds without the cofactor.",
      effect: effects.split,
    },
    constructed("mixed key", { ...mixedKey, wanted: agrees(1n, 0n) }),
  );
  const bothRight = valid(
    {
      id: "cofactor/key-and-r-of-mixed-order",
      clauses: agree,
      why: "Key and R have parts of order 8 that cancel each other, so the equation holds without the cofactor.",
      effect: effects.split,
    },
    constructed("mixed both", { ...both, wanted: agrees(1n, 5n) }),
  );
  const reducedRight = valid(
    {
      id: "cofactor/challenge-reduced-first",
      clauses: agree,
      why: "k is taken modulo L before it multiplies a key of mixed order; the k that was not reduced would leave a part of order 8.",
      effect: effects.split,
    },
    constructed("reduced", { ...mixedKey, wanted: (whole, reduced) => reduced % 8n === 0n && whole % 8n !== 0n }),
  );
  const change = (id: string, text: string, triple: Triple, why: string): Change => ({
    id: `cofactor/${id}`,
    clauses: agree,
    mutator: "add-torsion",
    settings: { construction: text },
    changed: triple,
    why,
    effect: effects.split,
  });
  const disagrees = (key: bigint, r: bigint) => (_: bigint, reduced: bigint) => (r + reduced * key) % 8n !== 0n;
  const reducedAgain = (text: string, isReduced: boolean): Triple =>
    constructed(text, {
      ...mixedKey,
      keyTorsion: 3n,
      nonce: nonceOf(text),
      wanted: (whole, reduced) => (reduced % 8n === 0n) === isReduced && (whole % 8n === 0n) !== isReduced,
    });
  const reducedRightAgain = valid(
    {
      id: "cofactor/challenge-reduced-first-again",
      clauses: agree,
      why: "Under another key of mixed order k is taken modulo L as well.",
      effect: effects.split,
    },
    reducedAgain("reduced again", true),
  );
  return [
    reducedRightAgain,
    invalid(
      reducedRightAgain,
      change(
        "challenge-not-reduced-again",
        "k is a multiple of 8 only before it is reduced",
        reducedAgain("unreduced again", false),
        "Under another key of mixed order the equation holds for the k that was not reduced, and for no other.",
      ),
    ),
    keyRight,
    bothRight,
    reducedRight,
    invalid(
      keyRight,
      change(
        "key-leaves-torsion",
        "k is no multiple of 8",
        constructed("mixed key refused", { ...mixedKey, wanted: disagrees(1n, 0n) }),
        "The two sides differ by a point of small order: they agree only when both are multiplied by the cofactor.",
      ),
    ),
    invalid(
      bothRight,
      change(
        "key-and-r-leave-torsion",
        "the parts of small order do not cancel",
        constructed("mixed both refused", { ...both, wanted: disagrees(1n, 5n) }),
        "The parts of small order of key and R do not cancel, and the cofactor is not multiplied in.",
      ),
    ),
    ...[1n, 2n, 4n].map((multiple) =>
      invalid(
        keyRight,
        change(
          `r-with-${smallPointName(multiple)}`,
          `R has a part of ${smallPointName(multiple)}, the key none`,
          constructed(`mixed r ${multiple}`, {
            keyTorsion: 0n,
            nonceTorsion: multiple,
            scalar: secretScalar,
            nonce,
            wanted: () => true,
          }),
          "R has a part of small order that nothing cancels: only with the cofactor would both sides agree.",
        ),
      ),
    ),
    invalid(
      reducedRight,
      change(
        "challenge-not-reduced",
        "k is a multiple of 8 only before it is reduced",
        constructed("unreduced", { ...mixedKey, wanted: (whole, reduced) => reduced % 8n !== 0n && whole % 8n === 0n }),
        "The equation holds for the k that was not reduced modulo L, and the rule takes the reduced one.",
      ),
    ),
  ];
}

/** A and R of small order, with signatures that fulfil the equation. */
export function smallOrder(parent: Draft): readonly Draft[] {
  const nonce = nonceOf("small order");
  const keys = smallPoints.map(({ multiple, order }) =>
    invalid(parent, {
      id: `small-order/key-${smallPointName(multiple)}`,
      clauses: agree,
      mutator: "replace-all",
      settings: { key_order: order },
      changed: constructed(`small key ${multiple}`, {
        keyTorsion: multiple,
        nonceTorsion: 0n,
        scalar: 0n,
        nonce,
        wanted: agrees(multiple, 0n),
      }),
      why: `The key has order ${order}: the equation holds, and anybody can make it hold.`,
      effect: effects.weakKey,
    }),
  );
  const rs = smallPoints.map(({ multiple, order }) =>
    invalid(parent, {
      id: `small-order/r-${smallPointName(multiple)}`,
      clauses: agree,
      mutator: "replace-all",
      settings: { r_order: order },
      changed: constructed(`small r ${multiple}`, {
        keyTorsion: multiple === 0n ? 0n : 1n,
        nonceTorsion: multiple,
        scalar: secretScalar,
        nonce: 0n,
        wanted: agrees(multiple === 0n ? 0n : 1n, multiple),
      }),
      why: `R has order ${order}; the equation holds, and R of small order is refused all the same.`,
      effect: effects.split,
    }),
  );
  const zero = invalid(parent, {
    id: "small-order/both-and-s-zero",
    clauses: agree,
    mutator: "replace-all",
    settings: { key_order: 8, r_order: 8, s: 0 },
    changed: constructed("small both", {
      keyTorsion: 1n,
      nonceTorsion: 3n,
      scalar: 0n,
      nonce: 0n,
      wanted: agrees(1n, 3n),
    }),
    why: "Key and R have order 8 and S is 0: the equation holds for one message in eight.",
    effect: effects.weakKey,
  });
  return [...keys, ...rs, zero];
}

/** Encodings of y and sign that no point has. */
export function encodings(parent: Draft): readonly Draft[] {
  const nonce = nonceOf("encodings");
  const quarter = multipleOf({ x: xOf(0n, 0n) ?? 0n, y: 0n });
  const spellings: readonly { name: string; bytes: Uint8Array; multiple: bigint; why: string }[] = [
    {
      name: "y-prime",
      bytes: encodeCoordinates(fieldPrime, 0n),
      multiple: quarter,
      why: "y is p, a second spelling of 0",
    },
    {
      name: "y-prime-negated",
      bytes: encodeCoordinates(fieldPrime, 1n),
      multiple: 8n - quarter,
      why: "y is p, a second spelling of 0, with the other sign",
    },
    {
      name: "y-prime-plus-one",
      bytes: encodeCoordinates(fieldPrime + 1n, 0n),
      multiple: 0n,
      why: "y is p + 1, a second spelling of 1",
    },
    {
      name: "y-prime-plus-one-negated",
      bytes: encodeCoordinates(fieldPrime + 1n, 1n),
      multiple: 0n,
      why: "y is p + 1, and x = 0 has the sign 1",
    },
    { name: "negative-zero", bytes: encodeCoordinates(1n, 1n), multiple: 0n, why: "x = 0 has the sign 1, at y = 1" },
    {
      name: "negative-zero-of-order-2",
      bytes: encodeCoordinates(fieldPrime - 1n, 1n),
      multiple: 4n,
      why: "x = 0 has the sign 1, at y = −1",
    },
  ];
  const spelled = spellings.flatMap(({ name, bytes, multiple, why }) => [
    invalid(parent, {
      id: `encoding/key-${name}`,
      clauses: agree,
      mutator: "replace-all",
      settings: { key: toHex(bytes) },
      changed: constructed(`spelled key ${name}`, {
        keyTorsion: multiple,
        nonceTorsion: 0n,
        scalar: 0n,
        nonce,
        keyBytes: bytes,
        wanted: agrees(multiple, 0n),
      }),
      why: `The key is no encoding of a point: ${why}. The equation would hold.`,
      effect: effects.weakKey,
    }),
    invalid(parent, {
      id: `encoding/r-${name}`,
      clauses: agree,
      mutator: "replace-all",
      settings: { r: toHex(bytes) },
      changed: constructed(`spelled r ${name}`, {
        keyTorsion: multiple === 0n ? 0n : 1n,
        nonceTorsion: multiple,
        scalar: secretScalar,
        nonce: 0n,
        nonceBytes: bytes,
        wanted: agrees(multiple === 0n ? 0n : 1n, multiple),
      }),
      why: `R is no encoding of a point: ${why}. The equation would hold.`,
      effect: effects.split,
    }),
  ]);
  const { a, s } = partsOf(usual);
  const rows: readonly (readonly [string, bigint, bigint, string])[] = [
    ["no-x", firstWithoutPoint(), 0n, "no point of the curve has this y"],
    ["y-greatest", 2n ** 255n - 1n, 0n, "y is not below p"],
    ["y-prime-plus-three", fieldPrime + 3n, 0n, "y is not below p; it is a second spelling of a point of full order"],
  ];
  const impossible = rows.flatMap(([name, y, sign, why]) => [
    invalid(parent, {
      id: `encoding/key-${name}`,
      mutator: "replace-key",
      settings: { key: toHex(encodeCoordinates(y, sign)) },
      changed: { key: ed25519Spki(encodeCoordinates(y, sign)) },
      why: `The key is no encoding of a point: ${why}.`,
      effect: effects.crash.replace("Reading beyond the end of a short signature", "A key that is no point"),
    }),
    invalid(parent, {
      id: `encoding/r-${name}`,
      mutator: "replace-r",
      settings: { r: toHex(encodeCoordinates(y, sign)) },
      changed: { signature: joinSignature(encodeCoordinates(y, sign), s) },
      why: `R is no encoding of a point: ${why}.`,
      effect: effects.crash.replace("Reading beyond the end of a short signature", "An R that is no point"),
    }),
  ]);
  if (toHex(a) === toHex(encode(neutral))) throw new RangeError("the usual key is neutral");
  return [...spelled, ...impossible];
}

function firstWithoutPoint(): bigint {
  for (let y = 2n; ; y++) if (xOf(y, 0n) === undefined) return y;
}
