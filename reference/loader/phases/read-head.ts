import { LoadLimit } from "../../../generated/enums/load-limit.js";
import { LoaderPhase } from "../../../generated/enums/loader-phase.js";
import { HEADER_MAGIC, HEADER_SIZE, type Header, readHeader } from "../../../generated/layouts/header.js";
import { TRAILER_SIZE } from "../../../generated/layouts/trailer.js";
import { FORMAT_VERSION } from "../../../generated/versions.js";
import type { CancellationSignal } from "../../contracts/cancellation.js";
import { FaygerError } from "../../errors/fayger-error.js";
import { concatenate, equalBytes } from "../bytes.js";
import { limitExceeded, truncated } from "../failure.js";
import type { LoadLimits } from "../limits.js";
import type { SourceReader } from "../source-reader.js";
import type { ArtifactHead } from "./load-context.js";

const PHASE = LoaderPhase.ReadHead;
/** Bytes of header and trailer: no artifact is shorter. */
const FRAME_BYTES = HEADER_SIZE + TRAILER_SIZE;

const FORMAT_BYTES = Uint8Array.of(
  FORMAT_VERSION[0] >> 8,
  FORMAT_VERSION[0] & 255,
  FORMAT_VERSION[1] >> 8,
  FORMAT_VERSION[1] & 255,
);
/** Where the header keeps the format version and the two lengths. */
const FORMAT_AT = 4;
const MANIFEST_LENGTH_AT = 24;
const INDEX_LENGTH_AT = 40;

/** What opening an artifact needs. */
export interface Opening {
  readonly reader: SourceReader;
  /** Length of the speculative read at the front. */
  readonly frontBytes: number;
  readonly limits: LoadLimits;
  readonly signal: CancellationSignal | undefined;
  /** Told the size as soon as it is known. */
  readonly onOpened?: (size: number) => void;
}

/**
 * Phase 1: read header, manifest, section index and trailer. Two reads at the same time; one where the first covers
 * the whole artifact; a third where manifest and index are longer than the first.
 *
 * @spec loader.reads.open
 */
export async function readHead(opening: Opening): Promise<ArtifactHead> {
  const { reader, frontBytes, limits, signal, onOpened } = opening;
  const { size, front, tail } = await reader.open(frontBytes, PHASE, signal);
  onOpened?.(size);
  const header = checkHead(front, size, limits);
  const end = HEADER_SIZE + header.manifestLength + header.sectionIndexLength;
  // Both lengths are within the limits and within the size here, so the read is bounded.
  const head = end > front.length ? await readOn(reader, front, end, signal) : front;
  return sliceHead(head, front, tail, header, size);
}

/**
 * What was read at the front, and what follows it up to `end`. The memory for both is made when the bytes are there.
 *
 * @spec loader.limits.allocation
 */
export async function readOn(
  reader: SourceReader,
  front: Uint8Array,
  end: number,
  signal: CancellationSignal | undefined,
): Promise<Uint8Array> {
  return concatenate([front, await reader.read(front.length, end - front.length, PHASE, signal)]);
}

/**
 * Phase 1 on an artifact that is already in memory.
 *
 * @throws FaygerError the first check of `read_head` that fails
 */
export function readHeadOf(artifact: Uint8Array, limits: LoadLimits): ArtifactHead {
  const header = checkHead(artifact, artifact.length, limits);
  const tail = artifact.subarray(artifact.length - TRAILER_SIZE);
  return sliceHead(artifact, artifact, tail, header, artifact.length);
}

/** The stored parts, cut out of what was read. */
export function sliceHead(
  head: Uint8Array,
  front: Uint8Array,
  trailerBytes: Uint8Array,
  header: Header,
  size: number,
): ArtifactHead {
  // @spec loader.parse.places: the offset fields are not believed; verify_structure will judge them.
  const indexAt = HEADER_SIZE + header.manifestLength;
  return {
    size,
    front,
    header,
    headerBytes: head.subarray(0, HEADER_SIZE),
    manifestBytes: head.subarray(HEADER_SIZE, indexAt),
    indexBytes: head.subarray(indexAt, indexAt + header.sectionIndexLength),
    trailerBytes,
  };
}

/**
 * The checks of this phase, in their order.
 *
 * @param front the first bytes: at least the header, where the artifact has one
 * @param size size of the artifact in bytes
 */
export function checkHead(front: Uint8Array, size: number, limits: LoadLimits): Header {
  // @spec loader.read-head.magic: judged on what is there, so that half a download is not called a foreign file.
  const magic = front.subarray(0, HEADER_MAGIC.length);
  if (!equalBytes(magic, HEADER_MAGIC.subarray(0, magic.length))) {
    throw new FaygerError("LDR_BAD_MAGIC", "this is not a BuF: the first bytes are others", {
      phase: PHASE,
      offset: 0,
      expected: HEADER_MAGIC.slice(),
      found: magic.slice(),
    });
  }
  const format = front.subarray(FORMAT_AT, FORMAT_AT + FORMAT_BYTES.length);
  if (!equalBytes(format, FORMAT_BYTES.subarray(0, format.length))) throw formatUnsupported(format);
  // @spec loader.read-head.size
  if (size < FRAME_BYTES) throw truncated(PHASE, FRAME_BYTES, size, "header and trailer");
  const header = readHeader(front);
  const { manifestLength, sectionIndexLength } = header;
  // @spec loader.read-head.limits
  if (manifestLength > limits.manifest_bytes) {
    throw limitExceeded(PHASE, LoadLimit.ManifestBytes, limits.manifest_bytes, manifestLength, MANIFEST_LENGTH_AT);
  }
  if (sectionIndexLength > limits.index_bytes) {
    throw limitExceeded(PHASE, LoadLimit.IndexBytes, limits.index_bytes, sectionIndexLength, INDEX_LENGTH_AT);
  }
  // @spec format.bounds: each length is at most 2^53, so a sum that rounds is still far above every size.
  const needed = FRAME_BYTES + manifestLength + sectionIndexLength;
  // @spec loader.read-head.parts
  if (needed > size) throw truncated(PHASE, needed, size, "manifest and section index");
  return header;
}

/** @spec loader.read-head.format-version */
function formatUnsupported(format: Uint8Array): FaygerError {
  const available = FORMAT_VERSION.join(".");
  const part = (at: number): string =>
    format.length >= at + 2 ? String((format[at] as number) * 256 + (format[at + 1] as number)) : "?";
  const required = `${part(0)}.${part(2)}`;
  return new FaygerError("LDR_FORMAT_VERSION_UNSUPPORTED", `format version ${required} is not ${available}`, {
    phase: PHASE,
    offset: FORMAT_AT,
    required,
    available,
  });
}
