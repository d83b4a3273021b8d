import type { FaygerError } from "../../../reference/errors/fayger-error.js";
import { describeArtifact } from "../../../reference/loader/anatomy.js";
import { nodeSha256 } from "../../../reference/security/backends/node.js";

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
