import { inverse, mod } from "../../building/modular-arithmetic.js";
import { sha256, utf8 } from "../../building/octets.js";
import {
  digestInteger,
  joinP256Signature,
  multiplyP256,
  p256Base,
  p256Order,
  signP256,
} from "../../building/p256-arithmetic.js";
import type { Draft } from "../../corpus/family.js";
import { testKey } from "../../corpus/keys.js";
import { effects, type Triple } from "./cases.js";
import {
  agree,
  greatestS,
  half,
  publisher,
  rOf,
  signed,
  smallS,
  sOf,
  spkiOf,
  usual,
  valid,
  wrapped,
} from "./p256-drafts.js";

/** Accepted drafts that others are mutations of, and all of them. */
export interface Rights {
  readonly usual: Draft;
  readonly wrapped: Draft;
  readonly smallS: Draft;
  readonly greatestS: Draft;
  readonly drafts: readonly Draft[];
}

/** Right signatures, common and rare. */
export function right(): Rights {
  const first = valid({ id: "right/usual", why: "A signature of r and s, 32 bytes each, is right." }, usual);
  const second = valid(
    {
      id: "right/x-above-order",
      clauses: agree,
      why: "R has an x above n, so r is x − n, and the signature is right.",
      effect: effects.split,
    },
    wrapped,
  );
  const third = valid(
    { id: "right/s-one", clauses: agree, why: "s of 1 is allowed, and here right.", effect: effects.split },
    smallS,
  );
  const fourth = valid(
    {
      id: "right/s-half",
      clauses: agree,
      why: "The greatest s that counts as low is (n − 1) / 2.",
      effect: effects.split,
    },
    greatestS,
  );
  const message = utf8("the signed bytes");
  const generator = signP256(1n, message);
  const opposite = signP256(p256Order - 1n, message);
  return {
    usual: first,
    wrapped: second,
    smallS: third,
    greatestS: fourth,
    drafts: [
      first,
      second,
      third,
      fourth,
      valid({ id: "right/empty-message", why: "A message may be empty." }, signed(publisher, utf8(""))),
      valid(
        { id: "right/long-message", why: "A message longer than a block of the hash is hashed whole." },
        signed(publisher, utf8("fayger ".repeat(200))),
      ),
      valid(
        { id: "right/other-key", why: "Another key signs the same bytes." },
        signed(testKey("ecdsa-p256-stranger"), message),
      ),
      valid(
        { id: "right/key-is-base", clauses: agree, why: "The base point itself is a key like any other." },
        { key: spkiOf(p256Base), message, signature: generator },
      ),
      valid(
        {
          id: "right/key-is-base-negated",
          clauses: agree,
          why: "The negative of the base point is a key like any other.",
        },
        { key: spkiOf(multiplyP256(p256Order - 1n, p256Base)), message, signature: opposite },
      ),
      valid(
        {
          id: "right/doubling",
          clauses: agree,
          why: "The two points that verification adds are equal, so it has to double.",
          effect: effects.split,
        },
        doubling(),
      ),
      valid(
        {
          id: "right/zeros-before-r",
          clauses: agree,
          why: "An r with a zero byte in front keeps its 32 bytes.",
          effect: effects.split,
        },
        leadingZero(rOf, "r"),
      ),
      valid(
        {
          id: "right/zeros-before-s",
          clauses: agree,
          why: "An s with a zero byte in front keeps its 32 bytes.",
          effect: effects.split,
        },
        leadingZero(sOf, "s"),
      ),
    ],
  };
}

/** A signature of the publisher whose r or s is short. */
function leadingZero(part: (triple: Triple) => bigint, name: string): Triple {
  // Where the search begins saves its length; both are found below 500.
  for (let number = name === "r" ? 63 : 405; number < 4096; number++) {
    const triple = signed(publisher, utf8(`zeros before ${name} ${number}`));
    if (part(triple) < 1n << 248n) return triple;
  }
  throw new RangeError(`no short ${name}`);
}

/** u1 · G = u2 · Q: the key's scalar is z / r, for an r that was chosen before. */
function doubling(): Triple {
  const message = utf8("equal points");
  const z = digestInteger(sha256(message)) % p256Order;
  for (let u = 2n; ; u++) {
    const r = mod(multiplyP256(2n * u, p256Base)?.x ?? 0n, p256Order);
    const s = mod(z * inverse(u, p256Order), p256Order);
    if (s > half) continue;
    const key = multiplyP256(mod(z * inverse(r, p256Order), p256Order), p256Base);
    return { key: spkiOf(key), message, signature: joinP256Signature(r, s) };
  }
}
