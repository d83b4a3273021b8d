import { createHash } from "node:crypto";
import { isSignatureAlgorithm } from "../../../generated/enums/signature-algorithm.js";
import type { Corpus } from "../../../generated/json/corpus.js";
import type { BufObject } from "../../../reference/contracts/buf-object.js";
import type { Signer } from "../../../reference/contracts/security.js";
import { FaygerError } from "../../../reference/errors/index.js";
import {
  createFayger,
  createMemorySource,
  createNodeSignatureBackend,
  emptyTrustStore,
  nodeSha256,
  trustKeyOf,
  withTrustKey,
  writeTrustStore,
} from "../../../reference/node.js";
import { CORPUS_ARTIFACT_NAME, corpusArtifact } from "./corpus-artifact.js";
import { filesOfTar, type TarFile, tarOf } from "./tar.js";

/** Name of the list of digests in a release. */
export const SUMS = "SHA256SUMS";
/** Name of the signature of that list. */
const SUMS_SIGNATURE = "SHA256SUMS.sig";

/** A corpus: every file of its folder, the index among them. */
export interface CorpusFiles {
  readonly index: Corpus;
  /** Ascending by path. */
  readonly files: readonly TarFile[];
}

/**
 * What is published of a corpus: a tarball, the same as a signed artifact, the digests of both, and a signature of that
 * list by the same key.
 *
 * @returns files for one folder, by name
 * @spec conformance.corpus.signed
 */
export async function makeRelease({ index, files }: CorpusFiles, signer: Signer): Promise<TarFile[]> {
  const name = `fayger-conformance-${index.corpus}`;
  const archive = tarOf(files.map(({ path, bytes }) => ({ path: `${name}/${path}`, bytes })));
  const artifact = await corpusArtifact(index.corpus, index.digest, files, signer);
  const published: TarFile[] = [
    { path: `${name}.buf`, bytes: artifact },
    { path: `${name}.tar`, bytes: archive },
  ];
  const sums = utf8(published.map(({ path, bytes }) => `${sha256(bytes)}  ${path}\n`).join(""));
  return [...published, { path: SUMS, bytes: sums }, { path: SUMS_SIGNATURE, bytes: await signer.sign(sums) }];
}

/** Who is believed to have made a release. */
export interface ReleaseTrust {
  /** DER SubjectPublicKeyInfo of the key. */
  readonly publicKey: Uint8Array;
}

/**
 * Checks a release from the outside to the inside: the signature of the list, the digests, the tarball, and at last that
 * the artifact loads as verified and holds the same files.
 *
 * @param release the files of its folder
 * @param corpus what both must hold; what the tarball holds where absent
 * @returns every problem as one line; empty where there is none
 * @spec conformance.corpus.signed
 */
export async function verifyRelease(
  release: readonly TarFile[],
  trust: ReleaseTrust,
  corpus?: readonly TarFile[],
): Promise<string[]> {
  const byName = new Map(release.map(({ path, bytes }) => [path, bytes]));
  const problems: string[] = [];
  const sums = byName.get(SUMS);
  const signature = byName.get(SUMS_SIGNATURE);
  if (sums === undefined) return [`${SUMS}: not there`];
  if (signature === undefined) return [`${SUMS_SIGNATURE}: not there`];
  if (!(await isSignedBy(trust, sums, signature))) problems.push(`${SUMS_SIGNATURE}: not a signature by this key`);
  const listed = namesIn(sums);
  for (const [path, expected] of listed) {
    const bytes = byName.get(path);
    if (bytes === undefined) problems.push(`${path}: listed in ${SUMS} and not there`);
    else if (sha256(bytes) !== expected) problems.push(`${path}: its SHA-256 is not the one in ${SUMS}`);
  }
  for (const { path } of release) {
    if (path !== SUMS && path !== SUMS_SIGNATURE && !listed.has(path)) problems.push(`${path}: not listed in ${SUMS}`);
  }
  const archive = release.find(({ path }) => path.endsWith(".tar"));
  const artifact = release.find(({ path }) => path.endsWith(".buf"));
  if (archive === undefined) problems.push("no tarball");
  if (artifact === undefined) problems.push("no artifact");
  if (archive === undefined || artifact === undefined || problems.length > 0) return problems;
  const unpacked = unpack(archive, problems);
  if (unpacked === undefined) return problems;
  if (corpus !== undefined) problems.push(...differences("the tarball", corpus, unpacked));
  const loaded = await load(artifact, trust, problems);
  if (loaded !== undefined) problems.push(...differences("the artifact", corpus ?? unpacked, loaded));
  return problems;
}

function unpack({ path, bytes }: TarFile, problems: string[]): TarFile[] | undefined {
  try {
    return filesOfTar(bytes).map((file) => ({ path: file.path.slice(file.path.indexOf("/") + 1), bytes: file.bytes }));
  } catch (error) {
    problems.push(`${path}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/** The files in an artifact that is loaded like any other: every digest and the signature are checked. */
async function load({ path, bytes }: TarFile, trust: ReleaseTrust, problems: string[]): Promise<TarFile[] | undefined> {
  let object: BufObject | undefined;
  try {
    const fayger = await createFayger({ trustStore: trustStoreOf(trust) });
    object = await fayger.load(createMemorySource(bytes), { profile: fayger.profile("server"), verifyBodies: true });
    const { manifest, index, sections } = object;
    if (manifest.name !== CORPUS_ARTIFACT_NAME) problems.push(`${path}: holds ${manifest.name} and no corpus`);
    const files: TarFile[] = [];
    for (const { sectionId } of index) {
      if (sectionId !== manifest.entry.section) files.push({ path: sectionId, bytes: await sections.read(sectionId) });
    }
    return files;
  } catch (error) {
    if (!(error instanceof FaygerError)) throw error;
    problems.push(`${path}: ${error.code}, ${error.message}`);
    return undefined;
  } finally {
    await object?.close();
  }
}

function trustStoreOf({ publicKey }: ReleaseTrust): Uint8Array {
  const key = trustKeyOf(publicKey, nodeSha256);
  const empty = emptyTrustStore(0);
  return writeTrustStore(key === undefined ? empty : withTrustKey(empty, key, 0), nodeSha256);
}

async function isSignedBy({ publicKey }: ReleaseTrust, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  const key = trustKeyOf(publicKey, nodeSha256);
  if (key === undefined || !isSignatureAlgorithm(key.algorithm)) return false;
  return createNodeSignatureBackend().verify(key.algorithm, publicKey, message, signature);
}

function differences(where: string, expected: readonly TarFile[], found: readonly TarFile[]): string[] {
  const rest = new Map(found.map(({ path, bytes }) => [path, bytes]));
  const problems: string[] = [];
  for (const { path, bytes } of expected) {
    const other = rest.get(path);
    rest.delete(path);
    if (other === undefined) problems.push(`${where} lacks ${path}`);
    else if (sha256(other) !== sha256(bytes)) problems.push(`${where} has another ${path}`);
  }
  for (const path of rest.keys()) problems.push(`${where} has ${path}, which the corpus lacks`);
  return problems;
}

/** Name and digest of every line of a list. A line of another form lists nothing, and its file is then found unlisted. */
function namesIn(sums: Uint8Array): Map<string, string> {
  const lines = Buffer.from(sums).toString("utf8").split("\n");
  return new Map(
    lines.flatMap((line) => {
      const parts = /^([0-9a-f]{64}) {2}(.+)$/.exec(line);
      return parts?.[1] === undefined || parts[2] === undefined ? [] : [[parts[2], parts[1]] as const];
    }),
  );
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function utf8(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "utf8"));
}
