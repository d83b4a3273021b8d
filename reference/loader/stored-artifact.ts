import { LoaderPhase } from "../../generated/enums/loader-phase.js";
import type { Artifact, ArtifactBody, OpenedArtifact, StoredBody } from "../contracts/buf-serializer.js";
import type { BufSource } from "../contracts/buf-source.js";
import type { CancellationSignal } from "../contracts/cancellation.js";
import type { EventPublisher } from "../contracts/event-bus.js";
import type { Sha256 } from "../contracts/security.js";
import { type BodyReading, streamBody } from "./body-reads.js";
import { CancellationSource } from "./cancellation.js";
import { checkEncoded, type EncodedSection, encodeArtifact } from "./encoded-artifact.js";
import { aborted } from "./failure.js";
import type { LoadLimits } from "./limits.js";
import { resolveLoaderOptions } from "./load-options.js";
import { compareHead, digestHead, parse, readHead, verifyStructure } from "./phases/index.js";
import { negotiateSchema } from "./phases/negotiate-version.js";
import { compareDigest, type SelectedSection } from "./section-body.js";
import { SourceReader } from "./source-reader.js";

const SILENT: EventPublisher = { publish: () => undefined, enabled: () => false };

/** Everything but the bodies of an artifact in a source. @throws FaygerError the first check that fails */
export async function openArtifact(
  source: BufSource,
  sha256: Sha256,
  limits: LoadLimits,
  signal: CancellationSignal | undefined,
): Promise<OpenedArtifact> {
  const reader = new SourceReader(source, SILENT);
  const { pieceBytes, concurrency, frontBytes } = resolveLoaderOptions();
  try {
    const parsed = parse(await readHead({ reader, frontBytes, limits, signal }), limits);
    verifyStructure(parsed);
    compareHead(parsed, await digestHead(parsed, sha256, signal), undefined);
    const { sectionIndexDigest: _computed, ...manifest } = negotiateSchema(parsed);
    const reading: BodyReading = { reader, sha256, pieceBytes, concurrency };
    const sections = Array.from(parsed.index, (entry) => {
      const { sectionId, kind, offset, length, digest, visibility, profileConstraints } = entry;
      const section = { sectionId, at: parsed.bodiesAt + offset, length, digest };
      return { sectionId, kind, visibility, profileConstraints, body: storedBody(section, reading) };
    });
    return { manifest, sections, close: () => reader.close(LoaderPhase.ReadSections) };
  } catch (error) {
    await reader.close(LoaderPhase.ReadHead).catch(() => undefined);
    throw error;
  }
}

function storedBody(section: SelectedSection, reading: BodyReading): StoredBody {
  const { length, digest } = section;
  return {
    length,
    digest,
    async *open(signal?: CancellationSignal): AsyncGenerator<Uint8Array, undefined> {
      const own = new CancellationSource();
      const unfollow = own.follow(signal);
      try {
        yield* streamBody(section, reading, own, { atHand: undefined, reuseMemory: false });
        await reading.reader.checkUnchanged(LoaderPhase.ReadSections, own);
      } catch (error) {
        throw await reading.reader.reasonFor(error, LoaderPhase.ReadSections, own);
      } finally {
        unfollow();
        own.abort();
      }
      return undefined;
    },
  };
}

/** Write an artifact part after part. @spec loader.repack.streamed */
export async function writeArtifact(
  artifact: Artifact<ArtifactBody>,
  sha256: Sha256,
  limits: LoadLimits,
  write: (bytes: Uint8Array) => Promise<void> | void,
  signal: CancellationSignal | undefined,
): Promise<number> {
  const encoded = encodeArtifact(artifact, sha256);
  checkEncoded(encoded, limits);
  const { header, manifest, index, sections, trailer, size } = encoded;
  const bodiesAt = header.length + manifest.length + index.length;
  const put = async (bytes: Uint8Array): Promise<void> => {
    if (signal?.aborted === true) throw aborted(LoaderPhase.ReadSections);
    await write(bytes);
  };
  // @spec format.parts
  for (const part of [header, manifest, index]) await put(part);
  for (const section of sections) await writeBody(section, bodiesAt, sha256, put, signal);
  await put(trailer);
  return size;
}

async function writeBody(
  { entry, body }: EncodedSection<ArtifactBody>,
  bodiesAt: number,
  sha256: Sha256,
  put: (bytes: Uint8Array) => Promise<void>,
  signal: CancellationSignal | undefined,
): Promise<void> {
  // Its digest was computed from these very bytes.
  if (body instanceof Uint8Array) return put(body);
  const { sectionId, offset, length, digest: announced } = entry;
  const digest = sha256.incremental();
  let left = length;
  for await (const piece of body.open(signal)) {
    digest.update(piece);
    left -= piece.length;
    // More than was announced: whatever follows, its digest is not the one that was.
    if (left < 0) break;
    await put(piece);
  }
  compareDigest({ sectionId, at: bodiesAt + offset, length, digest: announced }, digest.digest());
}
