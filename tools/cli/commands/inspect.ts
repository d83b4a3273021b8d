import type { SectionEntry } from "../../../generated/codecs/section-entry.js";
import { sectionKindName } from "../../../generated/enums/section-kind.js";
import { SectionVisibility } from "../../../generated/enums/section-visibility.js";
import {
  type ArtifactAnatomy,
  type ArtifactPart,
  describeArtifact,
  describeSource,
  type EventPublisher,
  nodeSha256,
  outlineDocument,
  type SourceAnatomy,
} from "../../../reference/node.js";
import { assemblyJson, assemblyLines, type InspectedAssembly, inspectAssembly } from "../assembly/inspected.js";
import { type Command, ExitCode, type Invocation, onlyPositional } from "../command.js";
import { exitCodeOf } from "../exit-code.js";
import { printError } from "../output/error.js";
import { type HexRow, hexLines } from "../output/hex-view.js";
import { pairs, table } from "../output/table.js";
import { hex, printable, type Terminal } from "../output/terminal.js";
import { byteSize, count } from "../output/units.js";
import { wrappedPairs } from "../output/wrapped.js";
import { ARTIFACT, ARTIFACT_HELP, openArtifact, readArtifactFile, SOURCE_OPTIONS } from "../sources.js";

/** `fayger inspect`: show what is in a file, also in a broken one. @spec tools.inspect */
export const inspect: Command = {
  name: "inspect",
  summary: "show what is in an artifact, byte by byte if you like",
  usage: [`inspect ${ARTIFACT} [--hex] [--bodies]`],
  description: `Parts, manifest, sections, digests and signature, and of an assembled artifact what implements each of its parts. Nothing\nis run and nobody is trusted: whether a signature is right is what \`fayger verify\` tells. A broken file is shown as far as\nit can be read, with the check that fails. Of an artifact from afar the sections stay where they are, unless --bodies asks\nfor them.\n${ARTIFACT_HELP}`,
  options: {
    hex: { type: "boolean", help: "every byte of header, manifest, index and trailer, explained" },
    bodies: { type: "boolean", help: "from afar: read and check every section too" },
    ...SOURCE_OPTIONS,
  },
  examples: [
    ["inspect tool.buf", "an overview"],
    ["inspect tool.buf --hex | less -R", "the bytes"],
    ["inspect https://example.org/tool.buf", "an overview of something large, in two or three reads"],
    ["inspect tool.buf --json", "the same for a program"],
  ],
  async run(invocation) {
    const path = onlyPositional(invocation, "an artifact: `fayger inspect FILE`, or a URL");
    const anatomy = await anatomyOf(path, invocation);
    if (invocation.terminal.isJson) invocation.terminal.json(asJson(anatomy));
    else print(invocation, anatomy);
    return anatomy.error === undefined ? ExitCode.Ok : exitCodeOf(anatomy.error);
  },
};

/** Longest file that is held in memory whole: the bodies of one that is broken can be judged then too. */
const WHOLE_BYTES = 67_108_864;

/** An anatomy, and how to name what it is of: an address without its secrets. */
interface NamedAnatomy extends SourceAnatomy {
  readonly name: string;
}

async function anatomyOf(path: string, invocation: Invocation): Promise<NamedAnatomy> {
  const { source, isFile } = await openArtifact(path, invocation);
  if (isFile && (await source.size()) <= WHOLE_BYTES) {
    await source.close();
    const bytes = await readArtifactFile(path);
    const bytesOf = ({ offset, length }: ArtifactPart): Uint8Array => bytes.subarray(offset, offset + length);
    return { ...describeArtifact(bytes, nodeSha256), bytesOf, name: path };
  }
  const { signal, terminal } = invocation;
  let read = 0;
  const publish: EventPublisher["publish"] = (name, fields) => {
    if (name !== "load.source_read" || !("length" in fields)) return;
    read += Number(fields.length);
    terminal.progress(`read ${byteSize(read)} …`);
  };
  const events: EventPublisher = { enabled: (category) => category === "load", publish };
  const bodies = isFile || invocation.flag("bodies");
  return { ...(await describeSource(source, nodeSha256, { bodies, events, signal })), name: source.description };
}

function print(invocation: Invocation, anatomy: NamedAnatomy): void {
  const { terminal } = invocation;
  const heading = (text: string): void => {
    terminal.line();
    terminal.line(terminal.style("bold", text));
  };
  for (const line of overview(terminal, anatomy)) terminal.line(line);
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
  const assembly = assemblyOf(anatomy);
  if (assembly !== undefined) {
    heading("Assembly");
    const isUnread = assembly === "unread";
    const unread = terminal.style("dim", "left where it is; --bodies reads it");
    for (const line of isUnread ? [unread] : assemblyLines(terminal, assembly)) terminal.line(line);
  }
  if (invocation.flag("hex")) {
    for (const part of anatomy.parts) {
      const bytes = anatomy.bytesOf(part);
      if (bytes === undefined) continue;
      heading(partTitle(part));
      for (const line of hexLines(terminal, rowsOf(bytes, part))) terminal.line(line);
    }
  }
  if (anatomy.error !== undefined) {
    terminal.line();
    printError(terminal, anatomy.error);
  }
}

/** What an artifact was assembled of; `undefined` where it was not. @spec tools.inspect.assembly */
function assemblyOf(anatomy: SourceAnatomy): InspectedAssembly | "unread" | undefined {
  const name = anatomy.manifest?.assembly;
  const part = anatomy.parts.find(({ entry }) => name !== undefined && entry?.sectionId === name);
  if (part === undefined) return undefined;
  const bytes = anatomy.bytesOf(part);
  return bytes === undefined ? "unread" : inspectAssembly(bytes);
}

/** Bodies that nobody has looked at. */
function unread({ parts }: ArtifactAnatomy): number {
  return parts.filter(
    ({ entry, declaredLength, isIntact }) =>
      entry !== undefined && declaredLength === undefined && isIntact === undefined,
  ).length;
}

function overview(terminal: Terminal, anatomy: NamedAnatomy): string[] {
  const { name, size, manifest, error } = anatomy;
  const signature = manifest?.signature;
  const left = unread(anatomy);
  const sound =
    left === 0
      ? "sound: every byte belongs to a part, every digest is right"
      : `sound, as far as it was read: ${count(left, "section")} left where they are; --bodies checks them too`;
  return pairs(terminal, [
    ["file", `${printable(name)} ${terminal.style("dim", `(${byteSize(size)})`)}`],
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
      error === undefined ? terminal.style("green", sound) : terminal.style("red", `broken: ${error.code}`),
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
    [
      "also uses",
      manifest.optionalCapabilities === undefined ? "nothing" : `${some(manifest.optionalCapabilities)}, where allowed`,
    ],
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
    entries.push([`annotation ${printable(name)}`, printable(text)]);
  return wrappedPairs(terminal, entries);
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
  const judged = new Map(parts.map((part) => [part.entry?.sectionId, part]));
  const verdictOn = (sectionId: string): string => {
    const part = judged.get(sectionId);
    if (part?.isIntact === true) return terminal.style("green", "right");
    const isUnread = part !== undefined && part.isIntact === undefined && part.declaredLength === undefined;
    return isUnread ? terminal.style("dim", "not read") : terminal.style("red", "not right");
  };
  const columns = [
    { title: "SECTION" },
    { title: "KIND" },
    { title: "BYTES", align: "right" },
    { title: "" },
    { title: "APPLIES" },
    { title: "SHA-256" },
  ] as const;
  const entries = [...index];
  const rows = entries.map((entry, position) => [
    treeName(terminal, entry.sectionId, entries[position - 1]?.sectionId),
    sectionKindName(entry.kind),
    entry.length.toLocaleString("en-US"),
    entry.visibility === SectionVisibility.Required ? "required" : "optional",
    constraintText(entry),
    `${hex(entry.digest).slice(0, 16)} ${verdictOn(entry.sectionId)}`,
  ]);
  const total = entries.reduce((sum, entry) => sum + entry.length, 0);
  return [
    ...table(terminal, columns, rows),
    terminal.style("dim", `${count(index.length, "section")}, ${byteSize(total)}`),
  ];
}

function rowsOf(bytes: Uint8Array, part: ArtifactPart): HexRow[] {
  const slice = (offset: number, length: number): Uint8Array =>
    bytes.subarray(offset - part.offset, offset - part.offset + length);
  if (part.fields !== undefined) {
    return part.fields.map((field) => ({
      offset: field.offset,
      bytes: slice(field.offset, field.length),
      depth: 0,
      text: `${field.name} ${field.length <= 8 ? field.value : ""}`.trim(),
    }));
  }
  if (part.name === "manifest" || part.name === "section_index") {
    return outlineDocument(bytes, part.offset).map((row) => ({
      offset: row.offset,
      bytes: slice(row.offset, row.length),
      depth: row.depth,
      text: row.role === "unreadable" ? "cannot be read" : printable(row.text),
    }));
  }
  return [
    {
      offset: part.offset,
      bytes,
      depth: 0,
      text: part.entry === undefined ? "" : `${sectionKindName(part.entry.kind)} body`,
    },
  ];
}

function asJson(anatomy: SourceAnatomy): unknown {
  const { size, parts, header, manifest, index, trailer, error } = anatomy;
  const entries = index && [...index];
  const assembly = assemblyOf(anatomy);
  return {
    size,
    sound: error === undefined,
    unread_sections: unread(anatomy),
    ...(error !== undefined && { error: error.toJSON() }),
    parts: parts.map(({ entry, fields: _fields, ...part }) => ({
      ...part,
      ...(entry !== undefined && { section_id: entry.sectionId }),
    })),
    header,
    manifest,
    sections: entries?.map(({ sectionId, kind, offset, length, digest, visibility, profileConstraints }) => ({
      sectionId,
      kind,
      offset,
      length,
      digest,
      visibility,
      profileConstraints,
    })),
    trailer,
    ...(assembly !== undefined && assembly !== "unread" && { assembly: assemblyJson(assembly) }),
  };
}
