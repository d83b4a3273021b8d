import type { SectionEntry } from "../../../generated/codecs/section-entry.js";
import { sectionKindName } from "../../../generated/enums/section-kind.js";
import { SectionVisibility } from "../../../generated/enums/section-visibility.js";
import {
  type ArtifactAnatomy,
  type ArtifactPart,
  describeArtifact,
  nodeSha256,
  outlineDocument,
} from "../../../reference/node.js";
import { type Command, ExitCode, type Invocation, onlyPositional } from "../command.js";
import { readInput } from "../files.js";
import { printError } from "../output/error.js";
import { type HexRow, hexLines } from "../output/hex-view.js";
import { pairs, table } from "../output/table.js";
import { hex, printable, type Terminal } from "../output/terminal.js";
import { byteSize, count } from "../output/units.js";

/** `fayger inspect`: show what is in a file, also in a broken one. @spec tools.inspect */
export const inspect: Command = {
  name: "inspect",
  summary: "show what is in an artifact, byte by byte if you like",
  usage: ["inspect FILE [--hex]"],
  description:
    "Parts, manifest, sections, digests and signature. Nothing is run and nobody is trusted: whether a signature is right is\nwhat `fayger verify` tells. A broken file is shown as far as it can be read, with the check that fails.",
  options: { hex: { type: "boolean", help: "every byte of header, manifest, index and trailer, explained" } },
  examples: [
    ["inspect tool.buf", "an overview"],
    ["inspect tool.buf --hex | less -R", "the bytes"],
    ["inspect tool.buf --json", "the same for a program"],
  ],
  async run(invocation) {
    const path = onlyPositional(invocation, "an artifact: `fayger inspect FILE`");
    const bytes = readInput(path);
    const anatomy = describeArtifact(bytes, nodeSha256);
    if (invocation.terminal.isJson) invocation.terminal.json(asJson(anatomy));
    else print(invocation, path, bytes, anatomy);
    return anatomy.error === undefined ? ExitCode.Ok : ExitCode.Refused;
  },
};

function print(invocation: Invocation, path: string, bytes: Uint8Array, anatomy: ArtifactAnatomy): void {
  const { terminal } = invocation;
  const heading = (text: string): void => {
    terminal.line();
    terminal.line(terminal.style("bold", text));
  };
  for (const line of overview(terminal, path, anatomy)) terminal.line(line);
  heading("Parts");
  for (const line of partLines(terminal, anatomy.parts)) terminal.line(line);
  if (anatomy.manifest !== undefined) {
    heading("Manifest");
    for (const line of manifestLines(terminal, anatomy)) terminal.line(line);
  }
  if (anatomy.index !== undefined) {
    heading(`Sections (${anatomy.index.length})`);
    for (const line of sectionLines(terminal, anatomy)) terminal.line(line);
  }
  if (invocation.flag("hex")) {
    for (const part of anatomy.parts) {
      heading(partTitle(part));
      for (const line of hexLines(terminal, rowsOf(bytes, part))) terminal.line(line);
    }
  }
  if (anatomy.error !== undefined) {
    terminal.line();
    printError(terminal, anatomy.error);
  }
}

function overview(terminal: Terminal, path: string, { size, manifest, error }: ArtifactAnatomy): string[] {
  const signature = manifest?.signature;
  return pairs(terminal, [
    ["file", `${path} ${terminal.style("dim", `(${byteSize(size)})`)}`],
    ...(manifest === undefined
      ? []
      : ([["artifact", `${printable(manifest.name)} ${printable(manifest.version)}`]] as const)),
    ...(manifest === undefined
      ? []
      : ([
          [
            "signature",
            signature === undefined
              ? terminal.style("yellow", "none")
              : `${printable(signature.algorithm)}, key ${hex(signature.keyId)}`,
          ],
        ] as const)),
    [
      "structure",
      error === undefined
        ? terminal.style("green", "sound: every byte belongs to a part, every digest is right")
        : terminal.style("red", `broken: ${error.code}`),
    ],
  ]);
}

function partTitle(part: ArtifactPart): string {
  const name =
    part.name === "section" ? `section ${printable(part.entry?.sectionId ?? "")}` : part.name.replace("_", " ");
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function partLines(terminal: Terminal, parts: readonly ArtifactPart[]): string[] {
  const columns = [{ title: "OFFSET", align: "right" }, { title: "BYTES", align: "right" }, { title: "PART" }] as const;
  const rows = parts.map((part) => {
    const missing =
      part.declaredLength === undefined
        ? ""
        : terminal.style("red", ` (${(part.declaredLength - part.length).toLocaleString("en-US")} bytes missing)`);
    const wrong = part.isIntact === false ? terminal.style("red", " (wrong digest)") : "";
    return [
      part.offset.toLocaleString("en-US"),
      part.length.toLocaleString("en-US"),
      `${partTitle(part)}${missing}${wrong}`,
    ];
  });
  return table(terminal, columns, rows);
}

function manifestLines(terminal: Terminal, { manifest }: ArtifactAnatomy): string[] {
  if (manifest === undefined) return [];
  const some = (names: readonly string[] | undefined): string =>
    names === undefined || names.length === 0 ? "none" : names.map(printable).join(", ");
  const entries: (readonly [string, string])[] = [
    ["schema", manifest.schemaVersion.join(".")],
    ["runtime interface", `${manifest.runtimeInterfaceMin.join(".")} or newer`],
    ["entry", `${printable(manifest.entry.symbol)} in ${printable(manifest.entry.section)}`],
    ["code format", printable(manifest.runtime.codeFormat)],
    ["requires", some(manifest.requiredCapabilities)],
    ["may use", some(manifest.optionalCapabilities)],
  ];
  if (manifest.runtime.requires !== undefined) entries.push(["runtime features", some(manifest.runtime.requires)]);
  if (manifest.hostFunctions !== undefined) entries.push(["host functions", some(manifest.hostFunctions)]);
  if (manifest.quotas !== undefined) {
    const quotas = Object.entries(manifest.quotas).filter(([, value]) => typeof value === "number");
    entries.push([
      "quotas",
      quotas
        .map(
          ([name, value]) =>
            `${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)} ${Number(value).toLocaleString("en-US")}`,
        )
        .join(", ") || "none",
    ]);
  }
  for (const { name, versionRange } of manifest.dependencies ?? [])
    entries.push(["depends on", `${printable(name)} ${printable(versionRange)}`]);
  if (manifest.deprecationNotice !== undefined)
    entries.push(["deprecated", terminal.style("yellow", printable(manifest.deprecationNotice))]);
  for (const [name, text] of Object.entries(manifest.annotations ?? {}))
    entries.push([printable(name), printable(text)]);
  return pairs(terminal, entries);
}

function constraintText({ profileConstraints: constraints }: SectionEntry): string {
  const texts = [
    constraints.terminals === undefined ? [] : [`terminal ${constraints.terminals.join(" or ")}`],
    constraints.capabilities === undefined ? [] : [`can ${constraints.capabilities.join(" and ")}`],
    constraints.features === undefined ? [] : [`has ${constraints.features.join(" and ")}`],
    constraints.minMemoryBytes === undefined ? [] : [`memory ${byteSize(constraints.minMemoryBytes)} or more`],
  ].flat();
  return texts.length === 0 ? "always" : printable(texts.join(", "));
}

/** Section ids are paths; names of folders that a row shares with the one before it are dimmed, so the tree shows. */
function treeName(terminal: Terminal, id: string, before: string | undefined): string {
  const folders = id.split("/").slice(0, -1);
  const earlier = before?.split("/") ?? [];
  let shared = 0;
  while (shared < folders.length && folders[shared] === earlier[shared]) shared += 1;
  const prefix = folders
    .slice(0, shared)
    .map((folder) => `${folder}/`)
    .join("");
  return terminal.style("dim", printable(prefix)) + printable(id.slice(prefix.length));
}

function sectionLines(terminal: Terminal, { parts, index = [] }: ArtifactAnatomy): string[] {
  const intact = new Map(parts.map((part) => [part.entry?.sectionId, part.isIntact]));
  const columns = [
    { title: "SECTION" },
    { title: "KIND" },
    { title: "BYTES", align: "right" },
    { title: "" },
    { title: "APPLIES" },
    { title: "SHA-256" },
  ] as const;
  const rows = index.map((entry, position) => [
    treeName(terminal, entry.sectionId, index[position - 1]?.sectionId),
    sectionKindName(entry.kind),
    entry.length.toLocaleString("en-US"),
    entry.visibility === SectionVisibility.Required ? "required" : "optional",
    constraintText(entry),
    `${hex(entry.digest).slice(0, 16)} ${intact.get(entry.sectionId) === true ? terminal.style("green", "right") : terminal.style("red", "not right")}`,
  ]);
  const total = index.reduce((sum, entry) => sum + entry.length, 0);
  return [
    ...table(terminal, columns, rows),
    terminal.style("dim", `${count(index.length, "section")}, ${byteSize(total)}`),
  ];
}

function rowsOf(bytes: Uint8Array, part: ArtifactPart): HexRow[] {
  const slice = (offset: number, length: number): Uint8Array => bytes.subarray(offset, offset + length);
  if (part.fields !== undefined) {
    return part.fields.map((field) => ({
      offset: field.offset,
      bytes: slice(field.offset, field.length),
      depth: 0,
      text: `${field.name} ${field.length <= 8 ? field.value : ""}`.trim(),
    }));
  }
  if (part.name === "manifest" || part.name === "section_index") {
    return outlineDocument(slice(part.offset, part.length), part.offset).map((row) => ({
      offset: row.offset,
      bytes: slice(row.offset, row.length),
      depth: row.depth,
      text: row.role === "unreadable" ? "cannot be read" : printable(row.text),
    }));
  }
  return [
    {
      offset: part.offset,
      bytes: slice(part.offset, part.length),
      depth: 0,
      text: part.entry === undefined ? "" : `${sectionKindName(part.entry.kind)} body`,
    },
  ];
}

function asJson(anatomy: ArtifactAnatomy): unknown {
  const { size, parts, header, manifest, index, trailer, error } = anatomy;
  return {
    size,
    sound: error === undefined,
    ...(error !== undefined && { error: error.toJSON() }),
    parts: parts.map(({ entry, fields: _fields, ...part }) => ({
      ...part,
      ...(entry !== undefined && { section_id: entry.sectionId }),
    })),
    header,
    manifest,
    sections: index?.map(({ sectionId, kind, offset, length, digest, visibility, profileConstraints }) => ({
      sectionId,
      kind,
      offset,
      length,
      digest,
      visibility,
      profileConstraints,
    })),
    trailer,
  };
}
