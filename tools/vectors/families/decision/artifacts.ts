import type { VectorInputs } from "../../../../generated/json/vector.js";
import {
  type ArtifactPlan,
  type Built,
  build,
  buildFaulty,
  type Members,
  trustStore,
} from "../../building/artifact.js";
import { join, toHex, utf8 } from "../../building/octets.js";
import { sign, signatureLength } from "../../building/signing.js";
import { type KeyName, type TestKey, testKey } from "../../corpus/keys.js";

/** The artifact that everything is decided about. */
export const plan = {
  name: "example/app",
  sections: [{ id: "main", body: utf8("program") }],
} satisfies ArtifactPlan;

/** What stands in the signature block, where it differs from what the key makes. */
export interface Block {
  readonly algorithm?: string;
  readonly keyId?: Uint8Array;
  /** The value by the signed bytes; the right signature where absent. */
  readonly value?: (key: TestKey, parts: SignedParts) => Uint8Array;
  /** Bytes of the value; those of the key's signatures where absent. */
  readonly length?: number;
}

/** The three parts of the signed bytes, and what they are made from. */
export interface SignedParts {
  readonly header: Uint8Array;
  /** The manifest without its signature. */
  readonly manifest: Uint8Array;
  readonly index: Uint8Array;
  /** The artifact with zeros in the place of the signature. */
  readonly blank: Built;
}

/** The bytes that are signed. @spec signatures.bytes */
export function signedBytes({ header, manifest, index }: SignedParts): Uint8Array {
  return join(header, manifest, index);
}

/** An artifact with a signature block that may be wrong, everything else being right. */
export function artifact(name: KeyName, block: Block = {}, what: ArtifactPlan = plan): Built {
  const key = testKey(name);
  const { algorithm = key.algorithm, keyId = key.keyId, value, length = signatureLength(key) } = block;
  const withValue = (bytes: Uint8Array): Built => {
    const signature: Members = { signature: { algorithm, key_id: keyId, value: bytes } };
    return buildFaulty({ ...what, key }, { members: signature }, "digests");
  };
  const blank = withValue(new Uint8Array(length));
  // The manifest without its signature: the same members, written without that one. @spec signatures.bytes.manifest
  const parts = { header: blank.header, manifest: build(what).manifest, index: blank.index, blank };
  return withValue(value === undefined ? sign(key, signedBytes(parts)) : value(key, parts));
}

/** A key of a trust store with what is said of it. */
export interface Trusted {
  readonly key: KeyName;
  readonly more?: Members;
}

/** Trust of some keys, issued at a time that is 0 where it says nothing. */
export function trusting(keys: readonly Trusted[], issuedAt = 0): string {
  return toHex(
    trustStore(
      keys.map(({ key, more = {} }) => ({ key: testKey(key), more })),
      { issuedAt },
    ),
  );
}

/** The inputs of a load. */
export function loadOf(built: Built, more: Partial<VectorInputs> = {}): VectorInputs {
  return { bytes: toHex(built.bytes), ...more };
}

/** What an error says of a signature block. */
export function contextOf(name: KeyName, block: Block = {}, label?: string): Readonly<Record<string, string>> {
  const key = testKey(name);
  return {
    algorithm: block.algorithm ?? key.algorithm,
    key_id: toHex(block.keyId ?? key.keyId),
    ...(label !== undefined && { label }),
  };
}
