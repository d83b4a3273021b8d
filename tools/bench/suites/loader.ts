import { deepStrictEqual } from "node:assert";
import { createHash, createPublicKey, verify } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { configure, Reader, ZipReader } from "@zip.js/zip.js";
import * as yauzl from "yauzl";
import { withoutMember } from "../../../reference/codec/without-member.js";
import { createFileSource } from "../../../reference/loader/sources/index.js";
import type { GeneratedKeyPair } from "../../../reference/security/backends/node.js";
import { type ArtifactFile, artifactFile, benchKey, headOf, sectionBody, sectionName } from "../artifacts.js";
import { benchLoader, PROFILE } from "../bench-loader.js";
import type { Figure, Measurement, Race, Suite } from "../race.js";
import { temporaryFolder } from "../temporary-folder.js";
import { writeZipFile } from "../zip-file.js";
import { httpMeasurements, httpRaces } from "./loader-http.js";

/** Sections of the large artifact. */
const MANY = 100_000;
/** Length of the speculative read at the front. */
const FRONT_BYTES = 16_384;
const TRAILER_BYTES = 44;

/** What opening an artifact costs, locally and over HTTP, beside what the reads and digests alone cost. */
export const loaderSuite: Suite = {
  name: "loader",
  about: "open, verify, first section: against bare reads and digests, zip.js, yauzl and fetch",
  races: async () => [await openRace(16, 65_536), await openRace(256, 65_536), ...manyRaces(), ...httpRaces()],
  measurements: () => [manyMeasurement(), ...httpMeasurements()],
};

/** A local open to the first verified section, at most twice as dear as the reads and digests it needs. */
async function openRace(count: number, bodyBytes: number): Promise<Race> {
  const key = benchKey();
  const file = await artifactFile(count, bodyBytes, key);
  const wanted = Math.floor(count * 0.9);
  const { loader } = benchLoader(key);
  const bare = await bareOpen(file, key, wanted);
  const ours = async (): Promise<Uint8Array> => {
    const object = await loader.load(createFileSource(file.path), { profile: PROFILE });
    const body = await object.sections.read(file.names[wanted] as string);
    await object.close();
    return body;
  };
  return {
    name: `open of ${count} sections to a first body`,
    ours: { name: "fayger", run: ours },
    peers: [{ name: "bare reads and digests", run: bare }],
    goals: { "bare reads and digests": 0.5 },
    warmUp: 3000,
    check: async () => deepStrictEqual(digestOf(await ours()), bare()),
  };
}

/**
 * The same work without a loader: the same ranges, a look at the file before and after, the three digests and one
 * signature with an imported key. Returns the digest of the body.
 */
async function bareOpen(file: ArtifactFile, key: GeneratedKeyPair, wanted: number): Promise<() => Uint8Array> {
  const { path, size, manifestLength, bodiesAt, bodyBytes } = file;
  const head = headOf(file);
  const { loader } = benchLoader(key);
  const object = await loader.load(createFileSource(path), { profile: PROFILE });
  const signature = object.manifest.signature?.value;
  if (signature === undefined) throw new Error("the artifact is not signed");
  await object.close();
  const manifestEnd = 48 + manifestLength;
  const signed = Buffer.concat([
    head.subarray(0, 48),
    withoutMember(head.subarray(48, manifestEnd), "signature"),
    head.subarray(manifestEnd),
  ]);
  const imported = createPublicKey({ key: Buffer.from(key.publicKey), format: "der", type: "spki" });
  return () => {
    const descriptor = openSync(path, "r");
    fstatSync(descriptor);
    const front = bytesAt(descriptor, 0, Math.min(FRONT_BYTES, size));
    bytesAt(descriptor, size - TRAILER_BYTES, TRAILER_BYTES);
    const rest = bodiesAt > front.length ? bytesAt(descriptor, front.length, bodiesAt - front.length) : undefined;
    const parts = rest === undefined ? front : Buffer.concat([front, rest]);
    digestOf(parts.subarray(48, manifestEnd));
    digestOf(parts.subarray(manifestEnd, bodiesAt));
    if (!verify(null, signed, imported, signature)) throw new Error("the signature is wrong");
    const digest = digestOf(bytesAt(descriptor, bodiesAt + wanted * bodyBytes, bodyBytes));
    statSync(path);
    closeSync(descriptor);
    return digest;
  };
}

function bytesAt(descriptor: number, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  readSync(descriptor, bytes, 0, length, offset);
  return bytes;
}

function digestOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(bytes).digest());
}

interface ManyFiles {
  readonly unsigned: ArtifactFile;
  readonly signed: ArtifactFile;
  /** A ZIP file with the same names and bodies. */
  readonly zip: string;
}

let many: Promise<ManyFiles> | undefined;

/** An artifact of many sections, and the same files as a ZIP. Made once. */
function manyFiles(): Promise<ManyFiles> {
  many ??= (async () => {
    const unsigned = await artifactFile(MANY, 16);
    const zip = join(temporaryFolder(), "many.zip");
    writeZipFile(
      zip,
      unsigned.names.map((name, at) => ({ name, body: sectionBody(at, 16) })),
    );
    return { unsigned, signed: await artifactFile(MANY, 16, benchKey()), zip };
  })();
  return many;
}

/**
 * Fayger opens, verifies the digests (and a signature), decodes the index and reads a section; the others only list.
 * The files are made by the first run: with them in memory, the races before would be others.
 */
function manyRaces(): Race[] {
  configure({ useWebWorkers: false });
  return [manyRace("open of 100,000 sections", "unsigned"), manyRace("open of 100,000 signed sections", "signed")];
}

function manyRace(name: string, which: "unsigned" | "signed"): Race {
  const wanted = Math.floor(MANY * 0.9);
  const { loader } = benchLoader(which === "signed" ? benchKey() : undefined);
  const load = async () => loader.load(createFileSource((await manyFiles())[which].path), { profile: PROFILE });
  const open = async (): Promise<Uint8Array> => {
    const object = await load();
    const body = await object.sections.read(sectionName(wanted));
    await object.close();
    return body;
  };
  const peers = [
    { name: "zip.js", run: async () => listWithZipJs((await manyFiles()).zip) },
    { name: "yauzl", run: async () => listWithYauzl((await manyFiles()).zip) },
  ];
  return {
    name,
    ours: { name: "fayger", run: open },
    peers,
    goals: { "zip.js": 100, yauzl: 100 },
    clock: "cpu",
    rounds: 3,
    warmsSlices: true,
    check: async () => {
      const { names } = (await manyFiles())[which];
      deepStrictEqual(await open(), sectionBody(wanted, 16));
      const object = await load();
      deepStrictEqual([...object.selection.selected], names);
      await object.close();
      for (const peer of peers) deepStrictEqual(await peer.run(), names, peer.name);
    },
  };
}

/** Reads of a file, counted. */
class ReadCount {
  reads = 0;
  bytes = 0;

  count(length: number): void {
    this.reads += 1;
    this.bytes += length;
  }
}

/** A file as zip.js reads it. */
class ZipJsFile extends Reader<number> {
  readonly #descriptor: number;
  readonly #counter: ReadCount;

  constructor(descriptor: number, counter: ReadCount) {
    super(descriptor);
    this.#descriptor = descriptor;
    this.#counter = counter;
    this.size = fstatSync(descriptor).size;
  }

  override async readUint8Array(index: number, length: number): Promise<Uint8Array> {
    this.#counter.count(length);
    return bytesAt(this.#descriptor, index, length);
  }
}

async function listWithZipJs(path: string, counter = new ReadCount()): Promise<string[]> {
  const descriptor = openSync(path, "r");
  const reader = new ZipReader(new ZipJsFile(descriptor, counter));
  const names = (await reader.getEntries()).map(({ filename }) => filename);
  await reader.close();
  closeSync(descriptor);
  return names;
}

function listWithYauzl(path: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    yauzl.open(path, (error, zip) => {
      if (error !== null) reject(error);
      else listEntries(zip, resolve, reject);
    });
  });
}

function listEntries(zip: yauzl.ZipFile, resolve: (names: string[]) => void, reject: (error: Error) => void): void {
  const names: string[] = [];
  zip.on("entry", (entry: yauzl.Entry) => names.push(entry.fileName));
  zip.on("end", () => resolve(names));
  zip.on("error", reject);
}

/** A file as yauzl reads it, where somebody counts. */
class YauzlFile extends yauzl.RandomAccessReader {
  readonly #descriptor: number;
  readonly #counter: ReadCount;

  constructor(descriptor: number, counter: ReadCount) {
    super();
    this.#descriptor = descriptor;
    this.#counter = counter;
  }

  override read(buffer: Buffer, offset: number, length: number, position: number, done: (error: Error | null) => void) {
    this.#counter.count(length);
    readSync(this.#descriptor, buffer, offset, length, position);
    setImmediate(done, null);
  }
}

/** How many reads, and how many bytes, each needs. */
function manyMeasurement(): Measurement {
  return {
    name: "open of 100,000 sections",
    run: async () => {
      const { unsigned, zip } = await manyFiles();
      const { loader, events } = benchLoader();
      const ours = new ReadCount();
      events.subscribe(({ name, fields }) => {
        if (name === "source_read") ours.count(Number(fields["length"]));
      });
      const object = await loader.load(createFileSource(unsigned.path), { profile: PROFILE });
      const { reads } = ours;
      await object.sections.read(unsigned.names[90_000] as string);
      await object.close();
      const zipJs = new ReadCount();
      await listWithZipJs(zip, zipJs);
      const descriptor = openSync(zip, "r");
      const theirs = new ReadCount();
      const file = new YauzlFile(descriptor, theirs);
      await new Promise<string[]>((resolve, reject) => {
        yauzl.fromRandomAccessReader(file, fstatSync(descriptor).size, (error, opened) => {
          if (error !== null) reject(error);
          else listEntries(opened, resolve, reject);
        });
      });
      closeSync(descriptor);
      return [
        { what: "fayger, to open", value: reads, unit: "reads", atMost: 3 },
        ...counted("fayger, with a section", ours),
        ...counted("zip.js, to list", zipJs),
        ...counted("yauzl, to list", theirs),
      ];
    },
  };
}

function counted(what: string, { reads, bytes }: ReadCount): Figure[] {
  return [
    { what, value: reads, unit: "reads" },
    { what, value: bytes, unit: "bytes" },
  ];
}
