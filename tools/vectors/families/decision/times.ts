import type { Draft } from "../../corpus/family.js";
import { artifact, contextOf, loadOf, type Trusted } from "./artifacts.js";
import { effects, loads, refuses } from "./drafts.js";
import { trustedBy } from "./stores.js";

/** Boundaries of time, and which clock counts. */
export function times(): readonly Draft[] {
  const name = "ed25519-publisher";
  const built = artifact(name);
  const moment = 1_800_000_000;
  const clock = "trust-store.clock";
  interface Row {
    readonly id: string;
    readonly more: NonNullable<Trusted["more"]>;
    readonly now?: number;
    readonly issued?: number;
    readonly reason?: "RevokedKey" | "KeyNotValid";
    readonly clauses: readonly string[];
    readonly why: string;
  }
  const validity = "trust-store.validity";
  const revocation = "trust-store.revocation";
  const list: readonly Row[] = [
    {
      id: "revoked-one-second-before",
      more: { revoked_at: moment },
      now: moment - 1,
      clauses: [revocation],
      why: "One second before its revocation a key is believed.",
    },
    {
      id: "revoked-at-the-second",
      more: { revoked_at: moment },
      now: moment,
      reason: "RevokedKey",
      clauses: [revocation],
      why: "At the second of its revocation a key is refused.",
    },
    {
      id: "revoked-one-second-after",
      more: { revoked_at: moment },
      now: moment + 1,
      reason: "RevokedKey",
      clauses: [revocation, "signatures.no-signing-time"],
      why: "After its revocation a key is refused.",
    },
    {
      id: "revoked-at-zero",
      more: { revoked_at: 0 },
      now: 0,
      reason: "RevokedKey",
      clauses: [revocation],
      why: "A key revoked at 0 was never believed.",
    },
    {
      id: "begin-one-second-before",
      more: { not_before: moment },
      now: moment - 1,
      reason: "KeyNotValid",
      clauses: [validity],
      why: "One second before its first one a key is not valid.",
    },
    {
      id: "begin-at-the-second",
      more: { not_before: moment },
      now: moment,
      clauses: [validity],
      why: "At its first second a key is valid.",
    },
    {
      id: "end-one-second-before",
      more: { not_after: moment },
      now: moment - 1,
      clauses: [validity],
      why: "One second before its end a key is valid.",
    },
    {
      id: "end-at-the-second",
      more: { not_after: moment },
      now: moment,
      reason: "KeyNotValid",
      clauses: [validity],
      why: "At its end a key is no longer valid.",
    },
    {
      id: "end-long-ago",
      more: { not_after: 1 },
      now: moment,
      reason: "KeyNotValid",
      clauses: [validity, "signatures.no-signing-time"],
      why: "That an artifact was signed while its key was valid does not help.",
    },
    {
      id: "one-second-of-validity",
      more: { not_before: moment, not_after: moment + 1 },
      now: moment,
      clauses: [validity],
      why: "A key may be valid for a single second.",
    },
    {
      id: "no-second-of-validity",
      more: { not_before: moment, not_after: moment },
      now: moment,
      reason: "KeyNotValid",
      clauses: [validity],
      why: "A key that ends when it begins is never valid.",
    },
    {
      id: "ends-before-it-begins",
      more: { not_before: moment + 10, not_after: moment - 10 },
      now: moment,
      reason: "KeyNotValid",
      clauses: [validity],
      why: "A key that ends before it begins is never valid.",
    },
    {
      id: "clock-behind-the-store-revoked",
      more: { revoked_at: moment },
      now: 5,
      issued: moment,
      reason: "RevokedKey",
      clauses: [clock, revocation],
      why: "The clock reads an earlier time than the store was made: the store's counts, and the key is revoked.",
    },
    {
      id: "clock-behind-the-store-not-revoked",
      more: { revoked_at: moment + 1 },
      now: 5,
      issued: moment,
      clauses: [clock],
      why: "At the time the store was made the key was not yet revoked.",
    },
    {
      id: "clock-behind-the-store-begin",
      more: { not_before: moment },
      now: 5,
      issued: moment,
      clauses: [clock, validity],
      why: "The clock reads an earlier time than the store was made: at the store's time the key is valid.",
    },
    {
      id: "clock-behind-the-store-end",
      more: { not_after: moment },
      now: 5,
      issued: moment,
      reason: "KeyNotValid",
      clauses: [clock, validity],
      why: "At the time the store was made the key had ended.",
    },
    {
      id: "clock-after-the-store-end",
      more: { not_after: moment },
      now: moment,
      issued: moment - 100,
      reason: "KeyNotValid",
      clauses: [clock, validity, "conformance.injected"],
      why: "The clock reads a later time than the store was made: the clock counts.",
    },
    {
      id: "clock-after-the-store-begin",
      more: { not_before: moment },
      now: moment + 1,
      issued: 5,
      clauses: [clock, validity],
      why: "The clock reads a later time than the store was made, and the key has begun.",
    },
    {
      id: "clock-equals-the-store",
      more: { revoked_at: moment },
      now: moment,
      issued: moment,
      reason: "RevokedKey",
      clauses: [clock, revocation],
      why: "Clock and store read the same.",
    },
    {
      id: "clock-of-the-default",
      more: { not_before: 1_767_225_600, not_after: 1_767_225_601 },
      clauses: [validity, "conformance.injected"],
      why: "The clock of a load that names none reads 1767225600.",
    },
    {
      id: "greatest-time",
      more: { not_after: Number.MAX_SAFE_INTEGER },
      now: Number.MAX_SAFE_INTEGER - 1,
      clauses: ["trust-store.times", validity],
      why: "Times go up to 2^53 − 1 seconds and compare exactly.",
    },
    {
      id: "greatest-time-reached",
      more: { not_after: Number.MAX_SAFE_INTEGER },
      now: Number.MAX_SAFE_INTEGER,
      reason: "KeyNotValid",
      clauses: ["trust-store.times", validity],
      why: "The greatest time is a time like any other.",
    },
  ];
  const parent = loads({
    id: "times/unbounded",
    clauses: [validity],
    inputs: loadOf(built, { ...trustedBy(name), now: moment }),
    why: "A key without times is valid at every time.",
  });
  return [
    parent,
    ...list.map(({ id, more, now, issued = 0, reason, clauses, why }) => {
      const inputs = { ...trustedBy(name, more, issued), ...(now !== undefined && { now }) };
      if (reason === undefined) return loads({ id: `times/${id}`, clauses, inputs: loadOf(built, inputs), why });
      return refuses(parent, {
        id: `times/${id}`,
        clauses,
        mutator: "limit-key",
        settings: { ...more, issued_at: issued },
        inputs,
        reason,
        context: contextOf(name),
        why,
        effect: reason === "RevokedKey" ? effects.revoked : effects.expired,
      });
    }),
  ];
}
