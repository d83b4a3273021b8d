import { readFileSync } from "node:fs";
import { flipped, fromHex, sha256, toHex } from "../building/octets.js";
import { accepted, type Draft, type Family, mutated } from "../corpus/family.js";
import { ROOT } from "../corpus/specification.js";

const ADAPTER = "A fault here is one of the adapter to the runner, and no other result means anything.";

/** The minimal artifact, byte by byte as the chapter examples prints it. */
function minimalArtifact(): Uint8Array {
  const chapter = readFileSync(`${ROOT}spec/chapters/examples.md`, "utf8");
  const [, block = ""] = /<!-- bytes: minimal -->\n```text\n(.*?)```/s.exec(chapter) ?? [];
  const rows = block.split("\n").map((line) => /^[0-9a-f]{8} {2}((?:[0-9a-f]{2} ?)+)/.exec(line)?.[1] ?? "");
  return fromHex(rows.join("").replaceAll(" ", ""));
}

/** The places of its parts, as the chapter gives them. */
const MANIFEST = [48, 270] as const;
const INDEX = [270, 317] as const;
const BODY = [317, 365] as const;

function echoes(name: string, hex: string, why: string): Draft {
  return accepted({
    id: `smoke/echo/${name}`,
    operation: "echo",
    clauses: ["conformance.operations"],
    inputs: { bytes: hex },
    result: { bytes: hex },
    why,
    effect: ADAPTER,
  });
}

function decodeDrafts(artifact: Uint8Array): Draft[] {
  const manifest = toHex(artifact.slice(...MANIFEST));
  const index = toHex(artifact.slice(...INDEX));
  const decoded = accepted({
    id: "smoke/decode/manifest",
    operation: "decode",
    clauses: ["conformance.operations"],
    inputs: { rule: "manifest", bytes: manifest },
    result: { bytes: manifest },
    why: "The manifest of the minimal artifact is decoded and encoded again.",
    effect: ADAPTER,
  });
  return [
    decoded,
    accepted({
      id: "smoke/decode/section-index",
      operation: "decode",
      clauses: ["conformance.value"],
      inputs: { rule: "section-index", bytes: index },
      result: {
        value: [["main", 1, 0, 48, { bytes: toHex(sha256(artifact.slice(...BODY))) }, 0, { map: [] }]],
        bytes: index,
      },
      why: "Texts, integers, bytes, arrays and maps of the index are written as values of a vector.",
      effect: ADAPTER,
    }),
    accepted({
      id: "smoke/decode/high-integer",
      operation: "decode",
      clauses: ["conformance.value"],
      inputs: { rule: "context-value", bytes: "821bffffffffffffffff3bffffffffffffffff" },
      result: {
        value: [{ integer: "18446744073709551615" }, { integer: "-18446744073709551616" }],
        bytes: "821bffffffffffffffff3bffffffffffffffff",
      },
      why: "Integers that a JSON number does not hold are written as decimal text.",
      effect: ADAPTER,
    }),
    mutated(decoded, {
      id: "smoke/decode/empty-map",
      clauses: ["conformance.refusal"],
      recipe: { mutator: "replace", arguments: { path: "$", by: "a0" }, repair: "raw" },
      inputs: { bytes: "a0" },
      refusal: { code: "CODEC", reason: "missing_field", locus: { at: 1, path: "$.name" } },
      why: "A refusal of a document has the code CODEC, and a context of reason, path and offset.",
      effect: ADAPTER,
    }),
    mutated(decoded, {
      id: "smoke/decode/cut",
      clauses: ["conformance.refusal", "encoding.truncated"],
      recipe: { mutator: "truncate", arguments: { length: 110 }, repair: "raw" },
      inputs: { bytes: manifest.slice(0, 220) },
      refusal: { code: "CODEC", reason: "truncated", locus: { at: 100, path: "$" } },
      why: "A manifest that is cut is refused at the item that is not whole.",
      effect: ADAPTER,
    }),
  ];
}

function loadDrafts(artifact: Uint8Array): Draft[] {
  const loaded = accepted({
    id: "smoke/load/minimal",
    operation: "load",
    clauses: ["conformance.operations"],
    inputs: { bytes: toHex(artifact), enforce_signature: false },
    result: { selected: ["main"], skipped: [], trust_level: "unsigned" },
    why: "The minimal artifact is loaded where no signature is asked for.",
    effect: ADAPTER,
  });
  const refused = (
    name: string,
    bytes: Uint8Array,
    mutator: string,
    args: Readonly<Record<string, unknown>>,
    refusal: { code: string; phase: string; at: number },
    clause: string,
    why: string,
  ): Draft =>
    mutated(loaded, {
      id: `smoke/load/${name}`,
      clauses: ["conformance.refusal", clause],
      recipe: { mutator, arguments: args, repair: "raw" },
      inputs: { bytes: toHex(bytes) },
      refusal: { code: refusal.code, phase: refusal.phase, locus: { at: refusal.at } },
      why,
      effect: ADAPTER,
    });
  return [
    loaded,
    accepted({
      id: "smoke/load/body",
      operation: "load",
      clauses: ["conformance.operations"],
      inputs: { bytes: toHex(artifact), enforce_signature: false, strategy: "lazy", access: ["main"] },
      result: { bodies: [toHex(sha256(artifact.slice(...BODY)))] },
      why: "A body that is asked for after the load is answered by its digest.",
      effect: ADAPTER,
    }),
    refused(
      "first-byte",
      flipped(artifact, 0, 1),
      "flip-bits",
      { byte: 0, bits: 1 },
      { code: "LDR_BAD_MAGIC", phase: "read_head", at: 0 },
      "loader.read-head.magic",
      "An artifact begins with its magic.",
    ),
    refused(
      "cut",
      artifact.slice(0, 91),
      "truncate",
      { length: 91 },
      { code: "LDR_TRUNCATED", phase: "read_head", at: 91 },
      "loader.read-head.parts",
      "An artifact of 91 bytes has no room for header and trailer.",
    ),
    refused(
      "last-byte",
      flipped(artifact, artifact.length - 1, 1),
      "flip-bits",
      { byte: artifact.length - 1, bits: 1 },
      { code: "LDR_CRC_MISMATCH", phase: "verify_structure", at: 405 },
      "loader.verify-structure.crc",
      "The last four bytes are the checksum of the head.",
    ),
  ];
}

function drafts(): Draft[] {
  const artifact = minimalArtifact();
  return [
    echoes("nothing", "", "No bytes come back as none."),
    echoes("some-bytes", "00ff10", "Bytes come back as they were sent."),
    ...decodeDrafts(artifact),
    ...loadDrafts(artifact),
  ];
}

/** Whether the adapter to the runner works: a few vectors of several kinds. */
export const smoke: Family = { name: "smoke", drafts };
