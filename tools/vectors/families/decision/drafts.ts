import { accepted, type Draft, mutated } from "../../corpus/family.js";

const decision = "signatures.decision";
const levels = "signatures.trust-levels";
const events = "signatures.events";

/** What goes wrong where a row of the table is missing. */
export const effects = {
  unsigned: "An artifact that nobody signed is loaded where only signed ones may be.",
  untrusted: "An artifact signed by anybody at all is loaded as if a trusted key had signed it.",
  revoked: "An artifact signed with a stolen key is loaded after its owner revoked it.",
  expired: "A key is believed before or after the time for which it was trusted.",
  forged: "An artifact that was changed after it was signed is loaded.",
  told: "A person is told another reason than the one that decides, and repairs the wrong thing.",
  mismatch: "A key is used with an algorithm it was never meant for.",
} as const;

const whole = { selected: ["main"], skipped: [] } as const;
const verifiedEvent = { published: ["security.signature_verified"] };
const skippedEvent = { published: ["security.signature_skipped"] };

/** A load that succeeds. */
export interface Loaded {
  readonly id: string;
  readonly clauses?: readonly string[];
  readonly inputs: Draft["inputs"];
  readonly level?: "verified" | "unverified" | "unsigned";
  readonly why: string;
}

/** A load that succeeds. */
export function loads({ id, clauses = [], inputs, level = "verified", why }: Loaded): Draft {
  return accepted({
    id: `signature-decision/${id}`,
    operation: "load",
    clauses: [...new Set([decision, levels, events, ...clauses])],
    inputs,
    result: { ...whole, trust_level: level },
    effects: level === "verified" ? verifiedEvent : skippedEvent,
    why,
    effect: "An artifact whose signature is right is refused, or is trusted more or less than it may be.",
  });
}

/** What a row of the table refuses, and how it came to it. */
export interface Refused {
  readonly id: string;
  readonly clauses?: readonly string[];
  readonly mutator: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly repair?: "raw" | "digests" | "signed";
  readonly inputs: Partial<Draft["inputs"]>;
  readonly reason: string;
  readonly context?: Readonly<Record<string, unknown>>;
  /** Events that have to be among those published. */
  readonly published?: readonly string[];
  readonly why: string;
  readonly effect: string;
}

/** A load that a row of the table refuses. */
export function refuses(parent: Draft, told: Refused): Draft {
  return mutated(parent, {
    id: `signature-decision/${told.id}`,
    clauses: [...new Set([decision, "loader.verify-signature", ...(told.clauses ?? [])])],
    recipe: {
      mutator: told.mutator,
      ...(told.settings !== undefined && { arguments: told.settings }),
      repair: told.repair ?? "raw",
    },
    inputs: told.inputs,
    refusal: {
      code: "LDR_SIGNATURE_FAIL",
      reason: told.reason,
      phase: "verify_signature",
      ...(told.context !== undefined && { context: told.context }),
      ...(told.published !== undefined && { effects: { published: told.published } }),
    },
    why: told.why,
    effect: told.effect,
  });
}
