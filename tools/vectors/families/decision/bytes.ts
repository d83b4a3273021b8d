import { type ArtifactPlan, build } from "../../building/artifact.js";
import { flipped, join, sha256 } from "../../building/octets.js";
import { sign } from "../../building/signing.js";
import type { Draft } from "../../corpus/family.js";
import { artifact, type Block, contextOf, loadOf, plan, signedBytes } from "./artifacts.js";
import { effects, loads, refuses } from "./drafts.js";
import { trustedBy } from "./stores.js";

/** The signed bytes: which bytes they are, by signatures over bytes that they are not. */
export function bytes(): readonly Draft[] {
  const name = "ed25519-publisher";
  const right = loads({
    id: "bytes/right",
    clauses: ["signatures.bytes", "signatures.bytes.manifest", "signatures.length-first"],
    inputs: loadOf(artifact(name, {}, { ...plan, manifest: { version: "2.0.0" } }), trustedBy(name)),
    why: "Header, manifest without its signature and section index are signed, in this order.",
  });
  const wide: ArtifactPlan = {
    ...plan,
    manifest: {
      schema_version: [1, 1],
      ...Object.fromEntries(
        Array.from({ length: 15 }, (_, index) => [`later_${String.fromCharCode(97 + index)}`, index]),
      ),
    },
  };
  const twentyFour = artifact(name, {}, wide);
  if (twentyFour.manifest[0] !== 0xb8 || twentyFour.manifest[1] !== 24)
    throw new RangeError("the manifest has not 24 members");
  const rightWide = loads({
    id: "bytes/head-of-24-members",
    clauses: ["signatures.bytes.manifest"],
    inputs: loadOf(twentyFour, trustedBy(name)),
    why: "A manifest of 24 members has a head of two bytes, and of one byte without its signature.",
  });
  const over = (
    id: string,
    parent: Draft,
    clauses: readonly string[],
    message: NonNullable<Block["value"]>,
    why: string,
    what: ArtifactPlan = { ...plan, manifest: { version: "2.0.0" } },
  ): Draft =>
    refuses(parent, {
      id: `bytes/${id}`,
      clauses: ["signatures.bytes", ...clauses],
      mutator: "sign-other-bytes",
      settings: { bytes: id },
      repair: "signed",
      inputs: loadOf(artifact(name, { value: message }, what)),
      reason: "InvalidSignature",
      context: contextOf(name),
      why,
      effect: effects.forged,
    });
  const manifestAnchor = "signatures.bytes.manifest";
  const lower = (manifest: Uint8Array, by: number): Uint8Array =>
    manifest.map((byte, index) => (index === 0 ? byte + by : byte));
  const ecdsa = "ecdsa-p256-publisher";
  const known = { schema_version: [1, 1] };
  const later: ArtifactPlan = { ...plan, manifest: { ...known, a_later_member: { with: ["more", 1] } } };
  const rightLater = loads({
    id: "bytes/later-member",
    clauses: ["signatures.bytes.manifest", "encoding.growth.higher"],
    inputs: loadOf(artifact(ecdsa, {}, later), trustedBy(ecdsa)),
    why: "A member that a later minor added is signed like any other.",
  });
  const withoutLater = refuses(rightLater, {
    id: "bytes/later-member-left-out",
    clauses: ["signatures.bytes", "signatures.bytes.manifest", "encoding.growth.higher"],
    mutator: "sign-other-bytes",
    settings: { bytes: "later-member-left-out" },
    repair: "signed",
    inputs: loadOf(
      artifact(
        ecdsa,
        {
          value: (key, { header, index }) =>
            sign(key, join(header, build({ ...plan, manifest: known }).manifest, index)),
        },
        later,
      ),
    ),
    reason: "InvalidSignature",
    context: contextOf(ecdsa),
    why: "A member that a later minor added is missing from what was signed.",
    effect: effects.forged,
  });
  return [
    right,
    rightWide,
    rightLater,
    withoutLater,
    over(
      "without-header",
      right,
      [],
      (key, { manifest, index }) => sign(key, join(manifest, index)),
      "The header is missing from what was signed.",
    ),
    over(
      "without-manifest",
      right,
      [],
      (key, { header, index }) => sign(key, join(header, index)),
      "The manifest is missing from what was signed.",
    ),
    over(
      "without-index",
      right,
      [],
      (key, { header, manifest }) => sign(key, join(header, manifest)),
      "The section index is missing from what was signed.",
    ),
    over(
      "index-before-manifest",
      right,
      [],
      (key, { header, manifest, index }) => sign(key, join(header, index, manifest)),
      "The parts were signed in another order.",
    ),
    over(
      "digest-alone",
      right,
      [],
      (key, parts) => sign(key, sha256(signedBytes(parts))),
      "The digest of the bytes was signed and not the bytes.",
    ),
    over(
      "with-bodies",
      right,
      [],
      (key, parts) => sign(key, join(signedBytes(parts), ...parts.blank.bodies)),
      "The bodies were signed as well, which only their digests cover.",
    ),
    over(
      "with-trailer",
      right,
      [],
      (key, parts) => sign(key, join(signedBytes(parts), parts.blank.trailer)),
      "The trailer was signed as well.",
    ),
    over(
      "manifest-with-zeros",
      right,
      [manifestAnchor],
      (key, { header, index, blank }) => sign(key, join(header, blank.manifest, index)),
      "Zeros stood in the place of the signature, which has to be left out.",
    ),
    over(
      "count-not-lowered",
      right,
      [manifestAnchor],
      (key, { header, manifest, index }) => sign(key, join(header, lower(manifest, 1), index)),
      "The count in the head of the manifest was not lowered.",
    ),
    over(
      "length-without-signature",
      right,
      ["signatures.length-first"],
      (key, { manifest, index }) =>
        sign(key, join(build({ ...plan, manifest: { version: "2.0.0" } }).header, manifest, index)),
      "The header that was signed has the length of the manifest without its signature.",
    ),
    over(
      "flag-not-set",
      right,
      ["signatures.bytes"].slice(1),
      (key, { header, manifest, index }) => sign(key, join(flipped(header, 11, 1), manifest, index)),
      "The header that was signed has not the flag of signed artifacts.",
    ),
    over(
      "head-not-shortened",
      rightWide,
      [manifestAnchor],
      (key, { header, manifest, index }) => sign(key, join(header, Uint8Array.of(0xb8, 23), manifest.slice(1), index)),
      "The head of 23 members was written in two bytes, and one is the shortest.",
      wide,
    ),
  ];
}
