import { SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from "../../../../generated/enums/signature-algorithm.js";
import { toHex } from "../../building/octets.js";
import { accepted, type Draft, mutated } from "../../corpus/family.js";

/** A public key, a message and a signature. */
export interface Triple {
  /** SubjectPublicKeyInfo. */
  readonly key: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** What every case of a signature family says of itself. */
export interface Told {
  /** Id behind the family's name. */
  readonly id: string;
  /** Anchors beside that of the algorithm. */
  readonly clauses?: readonly string[];
  readonly why: string;
  readonly effect?: string;
}

/** One change of an accepted case. */
export interface Change extends Told {
  readonly effect: string;
  /** Name of the mutator, and what it was set to. */
  readonly mutator: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The members that differ from the parent's. */
  readonly changed: Partial<Triple>;
}

/** The drafts of one algorithm's family. */
export interface SignatureCases {
  /** A case that verification accepts. */
  readonly valid: (told: Told, triple: Triple) => Draft;
  /** A mutation that is no right signature. */
  readonly invalid: (parent: Draft, change: Change) => Draft;
  /** A mutation whose key does not have the algorithm's form. */
  readonly badKey: (parent: Draft, change: Change) => Draft;
}

/** Makes drafts for the family `signature-…` of one algorithm. */
export function signatureCases(
  family: string,
  algorithm: SignatureAlgorithm,
  anchor: string,
  form: string,
): SignatureCases {
  const refused = (parent: Draft, change: Change, own: string, code: string, reason: string): Draft =>
    mutated(parent, {
      id: `${family}/${change.id}`,
      clauses: [own, ...(change.clauses ?? [])],
      recipe: {
        mutator: change.mutator,
        ...(change.settings !== undefined && { arguments: change.settings }),
        repair: "raw",
      },
      inputs: inputsOf(change.changed),
      refusal: { code, reason },
      why: change.why,
      effect: change.effect,
    });
  return {
    valid: ({ id, clauses = [], why, effect }, triple) =>
      accepted({
        id: `${family}/${id}`,
        operation: "verify_signature",
        clauses: [anchor, ...clauses],
        inputs: { algorithm, ...inputsOf(triple) },
        why,
        ...(effect !== undefined && { effect }),
      }),
    invalid: (parent, change) => refused(parent, change, anchor, "LDR_SIGNATURE_FAIL", "InvalidSignature"),
    badKey: (parent, change) => refused(parent, change, form, "LDR_TRUST_STORE_INVALID", "public_key_invalid"),
  };
}

/** A right signature, and an algorithm that is not that of the key. @param parent an accepted case */
export function otherAlgorithms(parent: Draft): readonly Draft[] {
  const { algorithm: own } = parent.inputs;
  const [family] = parent.id.split("/");
  return SIGNATURE_ALGORITHMS.filter((algorithm) => algorithm !== own).map((algorithm) =>
    mutated(parent, {
      id: `${family}/algorithm/${algorithm}`,
      clauses: ["signatures.algorithms", "trust-store.key-form"],
      recipe: { mutator: "replace-algorithm", arguments: { algorithm }, repair: "raw" },
      inputs: { algorithm },
      refusal: { code: "LDR_TRUST_STORE_INVALID", reason: "public_key_invalid" },
      why: `The key is one of ${own} and its signature is right, but it was asked for as one of ${algorithm}.`,
      effect: effects.downgrade,
    }),
  );
}

function inputsOf({ key, message, signature }: Partial<Triple>): {
  key?: string;
  message?: string;
  signature?: string;
} {
  return {
    ...(key !== undefined && { key: toHex(key) }),
    ...(message !== undefined && { message: toHex(message) }),
    ...(signature !== undefined && { signature: toHex(signature) }),
  };
}

/** What goes wrong where changed bytes pass. */
export const effects = {
  forged: "An artifact that nobody signed is loaded as verified.",
  altered: "An artifact that was changed after it was signed is loaded as verified.",
  split: "One implementation loads an artifact that another refuses, so what was tested is not what runs.",
  malleable:
    "A second spelling of a valid signature passes, so that two different artifacts count as the same release.",
  weakKey: "A key for which anybody can make signatures is believed.",
  keySpelling: "One key has several key ids, so revoking one of them leaves the others in force.",
  downgrade: "Signatures of another scheme pass, which the owner of the key never meant for artifacts.",
  crash: "Reading beyond the end of a short signature ends the loader instead of refusing the artifact.",
} as const;
