import type { FaygerError } from "../../../reference/errors/fayger-error.js";
import { describeArtifact } from "../../../reference/loader/anatomy.js";
import { crc32 } from "../../../reference/loader/crc32.js";
import { nodeSha256 } from "../../../reference/security/backends/node.js";

/** Where parts and items of the minimal artifact lie. */
const manifestLengthAt = 24;
const indexLengthAt = 40;
const manifestEnd = 270;
const indexEnd = 317;

interface Change {
  readonly what: string;
  readonly make: (artifact: Uint8Array) => Uint8Array;
}

const put =
  (at: number, ...bytes: readonly number[]) =>
  (artifact: Uint8Array): Uint8Array => {
    const changed = artifact.slice();
    changed.set(bytes, at);
    return changed;
  };

/** Cut bytes out, put others in their place, and write the length of the part that grew or shrank into the header. */
const splice =
  (lengthAt: number, at: number, cut: number, digits: string) =>
  (artifact: Uint8Array): Uint8Array => {
    const added = Buffer.from(digits.replaceAll(" ", ""), "hex");
    const changed = Uint8Array.from([...artifact.subarray(0, at), ...added, ...artifact.subarray(at + cut)]);
    const view = new DataView(changed.buffer);
    view.setBigUint64(lengthAt, view.getBigUint64(lengthAt) + BigInt(added.length - cut));
    return changed;
  };

const both =
  (first: Change["make"], second: Change["make"]) =>
  (artifact: Uint8Array): Uint8Array =>
    second(first(artifact));

/** Make the digest of the manifest and the checksum right again. */
function repaired(artifact: Uint8Array): Uint8Array {
  const changed = artifact.slice();
  const trailerAt = changed.length - 44;
  changed.set(nodeSha256.digest(changed.subarray(48, manifestEnd)), trailerAt + 8);
  const checksum = crc32(changed.subarray(trailerAt, trailerAt + 40), crc32(changed.subarray(0, indexEnd)));
  new DataView(changed.buffer).setUint32(trailerAt + 40, checksum);
  return changed;
}

/** A key of 22 bytes, which comes behind every member of the manifest, with the value 0. */
const laterMember = `76${"7a".repeat(22)}00`;
/** An entry of the index for an empty section `main/a`. */
const entryBelow = `87 66 6d61696e2f61 01 1830 00 5820 ${"00".repeat(32)} 01 a0`;

/** Single changes to the minimal artifact, most of them with everything else left as it was. */
const changes: readonly Change[] = [
  { what: "no bytes at all", make: () => new Uint8Array(0) },
  { what: "byte 0 is `43`", make: put(0, 0x43) },
  { what: "cut to 3 bytes", make: (artifact) => artifact.slice(0, 3) },
  { what: "byte 5 is `02`", make: put(5, 2) },
  { what: "cut to 91 bytes", make: (artifact) => artifact.slice(0, 91) },
  { what: "bytes 24 to 31 are `ff`", make: put(24, 255, 255, 255, 255, 255, 255, 255, 255) },
  { what: "byte 48, the head of the manifest, is `a9`: a ninth member is promised", make: put(48, 0xa9) },
  { what: "byte 164, the schema's major, is `f6`: null", make: put(164, 0xf6) },
  { what: "byte 164 is `02`", make: put(164, 0x02) },
  { what: "byte 243, the head of `required_capabilities`, is `a0`: an empty map", make: put(243, 0xa0) },
  { what: "byte 273, in the id of the section, is `4d`: an upper-case letter", make: put(273, 0x4d) },
  { what: "byte 53 is `66`: the key `name` became `namf`", make: put(53, 0x66) },
  { what: "byte 48 is `a7`: the map ends before its eighth member, which is required", make: put(48, 0xa7) },
  {
    what: "byte 48 is `a9`, and behind the manifest stand `80 00`: a key that is an array (`manifest_length` 224)",
    make: both(put(48, 0xa9), splice(manifestLengthAt, manifestEnd, 0, "8000")),
  },
  {
    what: "the same with `81 f6 00` (`manifest_length` 225): the fault of the key itself has the smaller offset",
    make: both(put(48, 0xa9), splice(manifestLengthAt, manifestEnd, 0, "81f600")),
  },
  {
    what: "byte 48 is `a9`, and behind the manifest stands a text of 22 bytes `7a` with the value 0 (`manifest_length` 246)",
    make: both(put(48, 0xa9), splice(manifestLengthAt, manifestEnd, 0, laterMember)),
  },
  {
    what: "the same with byte 165, the schema's minor, as `01`: the member is kept, and only the checksum is wrong",
    make: both(put(48, 0xa9), both(put(165, 1), splice(manifestLengthAt, manifestEnd, 0, laterMember))),
  },
  {
    what: "bytes 164 and 243 are `02` and `a0`: of another major nothing is asked of `required_capabilities`",
    make: both(put(164, 2), put(243, 0xa0)),
  },
  { what: "byte 164 is `02`, `manifest_digest` and `crc32` are right", make: both(put(164, 2), repaired) },
  {
    what: `byte 270 is \`82\`, and behind the index stands \`${entryBelow}\`: an entry \`main/a\` (\`section_index_length\` 95)`,
    make: both(put(manifestEnd, 0x82), splice(indexLengthAt, indexEnd, 0, entryBelow)),
  },
  {
    what: "bytes 279 and 280, the section's length, are replaced by `1b 00 00 00 01 00 00 00 01` (`section_index_length` 54)",
    make: splice(indexLengthAt, 279, 2, "1b0000000100000001"),
  },
  { what: "the last byte is missing", make: (artifact) => artifact.slice(0, -1) },
  { what: "a byte `00` behind the end", make: (artifact) => Uint8Array.of(...artifact, 0) },
  { what: "byte 15, of the reserved field, is `01`", make: put(15, 1) },
  { what: "the last byte of a body is changed", make: (artifact) => put(artifact.length - 45, 0x0a)(artifact) },
];

/** What a loader answers to each change, as the rows of a table. */
export function exampleVerdicts(minimal: Uint8Array): string[] {
  return [
    "| change to the minimal artifact | code | phase | reason | path | offset |",
    "|---|---|---|---|---|---|",
    ...changes.map(({ what, make }) => {
      const { error } = describeArtifact(make(minimal), nodeSha256);
      if (error === undefined) throw new TypeError(`${what}: accepted`);
      return `| ${[what, `\`${error.code}\``, ...contextOf(error)].join(" | ")} |`;
    }),
  ];
}

function contextOf(error: FaygerError): string[] {
  const context = new Map<string, unknown>(Object.entries(error.context));
  return ["phase", "reason", "path", "offset"].map((name) => {
    const value = context.get(name);
    return value === undefined ? "" : name === "offset" ? String(value) : `\`${String(value)}\``;
  });
}
