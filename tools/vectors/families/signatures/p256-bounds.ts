import { inverse, mod } from "../../building/modular-arithmetic.js";
import { sha256 } from "../../building/octets.js";
import {
  addP256,
  digestInteger,
  joinP256Signature,
  multiplyP256,
  p256Base,
  p256Order,
  p256Prime,
} from "../../building/p256-arithmetic.js";
import type { Draft } from "../../corpus/family.js";
import { effects } from "./cases.js";
import {
  agree,
  fitted,
  greatestS,
  half,
  invalid,
  pointFrom,
  publisherScalar,
  rOf,
  smallS,
  sOf,
  usual,
  valid,
  wrapped,
} from "./p256-drafts.js";
import type { Rights } from "./p256-right.js";

/** r and s at their bounds and outside them. */
export function bounds(rights: Rights): readonly Draft[] {
  const [r, s] = [rOf(usual), sOf(usual)];
  const top = 2n ** 256n - 1n;
  const put = (
    id: string,
    values: readonly [bigint, bigint],
    why: string,
    effect: string,
    parent = rights.usual,
  ): Draft =>
    invalid(parent, {
      id: `bounds/${id}`,
      clauses: agree,
      mutator: "replace-signature",
      settings: { r: values[0].toString(16), s: values[1].toString(16) },
      changed: { signature: joinP256Signature(...values) },
      why,
      effect,
    });
  const { wrapped: wrap, smallS: one, greatestS: low } = rights;
  const wrappedAgain = fitted("another x above the order", pointFrom(p256Order + 1000n), 98765n);
  const secondS = fitted("an s of two", pointFrom(13n), 2n);
  const wrapAgain = valid(
    {
      id: "right/x-far-above-order",
      clauses: agree,
      why: "R has another x above n, so r is x − n.",
      effect: effects.split,
    },
    wrappedAgain,
  );
  const two = valid({ id: "right/s-two", why: "s of 2 is allowed, and here right." }, secondS);
  const lowAgain = valid(
    {
      id: "right/s-half-and-x-above-order",
      clauses: agree,
      why: "s is the greatest that counts as low, and R has an x above n: both bounds are kept.",
      effect: effects.split,
    },
    fitted("the greatest s once more", pointFrom(p256Order + 2000n), half),
  );
  return [
    wrapAgain,
    two,
    lowAgain,
    put("s-zero-and-small-r", [rOf(wrapped), 0n], "s must be above 0, however small r is.", effects.forged, wrap),
    put(
      "r-plus-order-again",
      [rOf(wrappedAgain) + p256Order, sOf(wrappedAgain)],
      "r + n fulfils the equation, but r must be below n.",
      effects.malleable,
      wrapAgain,
    ),
    put(
      "s-two-plus-order",
      [rOf(secondS), p256Order + 2n],
      "s + n fulfils the equation, but s must be below n.",
      effects.malleable,
      two,
    ),
    put(
      "both-zero-under-another-key",
      [0n, 0n],
      "r and s of 0 fulfil the equation of every key wherever the inverse of 0 is taken as 0.",
      effects.forged,
      two,
    ),
    put("s-high", [r, p256Order - s], "n − s fulfils the equation, but s must be at most n / 2.", effects.malleable),
    put(
      "s-half-plus-one",
      [rOf(greatestS), half + 1n],
      "(n + 1) / 2 fulfils the equation and is the smallest s that is too high.",
      effects.malleable,
      low,
    ),
    put(
      "s-order-less-one",
      [rOf(smallS), p256Order - 1n],
      "n − 1 fulfils the equation and is too high.",
      effects.malleable,
      one,
    ),
    put(
      "s-plus-order",
      [rOf(smallS), p256Order + 1n],
      "s + n fulfils the equation, but s must be below n.",
      effects.malleable,
      one,
    ),
    put(
      "r-plus-order",
      [rOf(wrapped) + p256Order, sOf(wrapped)],
      "r + n fulfils the equation, but r must be below n.",
      effects.malleable,
      wrap,
    ),
    put("r-zero", [0n, s], "r must be above 0.", effects.forged),
    put("s-zero", [r, 0n], "s must be above 0.", effects.forged),
    put(
      "both-zero",
      [0n, 0n],
      "r and s of 0 fulfil the equation wherever the inverse of 0 is taken as 0.",
      effects.forged,
    ),
    put("r-order", [p256Order, s], "r must be below n, and n is not.", effects.forged),
    put("s-order", [r, p256Order], "s must be below n, and n is not.", effects.forged),
    put("both-order", [p256Order, p256Order], "Both are n, which is 0 modulo n.", effects.forged),
    put(
      "r-order-less-one",
      [p256Order - 1n, s],
      "n − 1 is allowed as r, and fulfils no equation here.",
      effects.forged,
    ),
    put("r-prime", [p256Prime, s], "r is the prime of the field, which is above n.", effects.forged),
    put("r-greatest", [top, s], "r has every bit set.", effects.forged),
    put("s-greatest", [r, top], "s has every bit set.", effects.forged),
    put("one-one", [1n, 1n], "r and s of 1 are allowed, and fulfil no equation here.", effects.forged),
    put(
      "sum-at-infinity",
      [atInfinity(), 1n],
      "The two points add up to infinity, which has no x.",
      effects.crash.replace("Reading beyond the end of a short signature", "Taking the x of no point"),
    ),
  ];
}

/** The r for which u1 · G + u2 · Q is the point at infinity under the publisher's key. */
function atInfinity(): bigint {
  const z = digestInteger(sha256(usual.message));
  const r = mod(-z * inverse(publisherScalar(), p256Order), p256Order);
  const sum = addP256(multiplyP256(z, p256Base), multiplyP256(r * publisherScalar(), p256Base));
  if (sum !== undefined) throw new RangeError("the sum is a point");
  return r;
}
