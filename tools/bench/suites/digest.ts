import { deepStrictEqual } from "node:assert";
import { createHash } from "node:crypto";
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { createSerializer } from "../../../reference/loader/index.js";
import { createFileSource } from "../../../reference/loader/sources/index.js";
import { nodeSha256 } from "../../../reference/security/backends/node.js";
import { artifactBytes, artifactFile, sectionBody } from "../artifacts.js";
import { benchLoader, PROFILE } from "../bench-loader.js";
import type { Race, Suite } from "../race.js";
import { streamingMeasurement } from "./streaming.js";

const KIB = 1024;
const MIB = KIB * KIB;
const GIB = KIB * MIB;

/** Verifying bodies beside hashing the same bytes. */
export const digestSuite: Suite = {
  name: "digest",
  about: "verifying bodies: in memory, from files, and as a stream in bounded memory, against createHash",
  races: async () => [
    ...[64 * KIB, MIB, 16 * MIB].map(digestRace),
    ...(await Promise.all([64 * KIB, MIB].map(parseRace))),
    ...(await Promise.all([64 * KIB, MIB, 16 * MIB].map(sectionRace))),
  ],
  measurements: () => [streamingMeasurement("verification of a 1 GiB section", GIB)],
};

function sizeName(bytes: number): string {
  return bytes >= MIB ? `${bytes / MIB} MiB` : `${bytes / KIB} KiB`;
}

/** The digest service alone. */
function digestRace(length: number): Race {
  const bytes = sectionBody(1, length);
  const ours = (): Uint8Array => nodeSha256.digest(bytes);
  const bare = (): Uint8Array => createHash("sha256").update(bytes).digest();
  return {
    name: `digest of ${sizeName(length)}`,
    ours: { name: "fayger", run: ours },
    peers: [{ name: "createHash", run: bare }],
    goals: { createHash: 0.95 },
    check: () => deepStrictEqual(ours(), Uint8Array.from(bare())),
  };
}

/** An artifact in memory, verified as a whole: every body is hashed where it lies. */
async function parseRace(length: number): Promise<Race> {
  const count = 16;
  const bytes = await artifactBytes(count, length);
  const serializer = createSerializer(nodeSha256);
  const bodiesAt = bytes.length - 44 - count * length;
  const bare = (): Uint8Array[] =>
    Array.from({ length: count }, (_, at) => {
      const start = bodiesAt + at * length;
      return createHash("sha256")
        .update(bytes.subarray(start, start + length))
        .digest();
    });
  return {
    name: `artifact in memory, ${count} x ${sizeName(length)}`,
    ours: { name: "fayger", run: () => serializer.parse(bytes) },
    peers: [{ name: "createHash of bodies", run: bare }],
    goals: { "createHash of bodies": 0.95 },
    check: () => {
      const bodies = serializer.parse(bytes).sections.map(({ body }) => body);
      deepStrictEqual(
        bodies.map(nodeSha256.digest),
        bare().map((digest) => Uint8Array.from(digest)),
      );
    },
  };
}

/** A body of an open file, read and verified at each access. */
async function sectionRace(length: number): Promise<Race> {
  const file = await artifactFile(8, length);
  const { loader } = benchLoader(undefined, { cacheBytes: 0 });
  const object = await loader.load(createFileSource(file.path), { profile: PROFILE });
  const descriptor = openSync(file.path, "r");
  process.once("exit", () => closeSync(descriptor));
  const wanted = 5;
  const name = file.names[wanted] as string;
  const bare = (): Uint8Array => {
    const bytes = new Uint8Array(length);
    readSync(descriptor, bytes, 0, length, file.bodiesAt + wanted * length);
    statSync(file.path);
    return createHash("sha256").update(bytes).digest();
  };
  return {
    name: `section of ${sizeName(length)} from a file`,
    ours: { name: "fayger", run: () => object.sections.read(name) },
    peers: [{ name: "readSync, createHash", run: bare }],
    goals: { "readSync, createHash": 0.95 },
    warmUp: (256 * MIB) / length,
    check: async () => {
      const body = await object.sections.read(name);
      deepStrictEqual(nodeSha256.digest(body), Uint8Array.from(bare()));
      deepStrictEqual(body, sectionBody(wanted, length));
    },
  };
}
