import type { VectorInputs, VectorWays } from "../../../generated/json/vector.js";
import { type BufObject, type CancellationSignal, is, type SectionAccess } from "../../../reference/index.js";
import { nodeSha256 } from "../../../reference/node.js";
import { toHexadecimal } from "./hexadecimal.js";

/** Reads the sections that a case asks for, in the way that it asks for. @returns the digest of each body */
export async function accessSections(
  { sections }: BufObject,
  { access = [], tries = 0, ways = {} }: Pick<VectorInputs, "access" | "tries" | "ways">,
  signal?: CancellationSignal,
): Promise<string[]> {
  if (ways.access === "prefetch") await trying(tries, () => sections.prefetch(access, signal));
  // What was read before it is asked for has been judged already, as far as there is room for it.
  const isJudged = ways.verify_bodies === true || (ways.access === "prefetch" && ways.cache_bytes === undefined);
  const digests: string[] = [];
  for (const [at, sectionId] of access.entries()) {
    const isFirst = access.indexOf(sectionId) === at;
    const body = await trying(tries, () =>
      consistent(sections, sectionId, isJudged, () => bodyOf(sections, sectionId, ways, isFirst, signal)),
    );
    digests.push(toHexadecimal(nodeSha256.digest(body)));
  }
  return digests;
}

/** What `work` gives; where it fails, what it gives when it is asked again, so many times at most. */
async function trying<T>(again: number, work: () => Promise<T>): Promise<T> {
  for (let left = again; left > 0; left -= 1) {
    try {
      return await work();
    } catch {
      // Asked again.
    }
  }
  return work();
}

/** What `work` gives, where it fits what the sections say of themselves. @throws TypeError where it does not */
async function consistent<T>(
  sections: SectionAccess,
  sectionId: string,
  isJudged: boolean,
  work: () => Promise<T>,
): Promise<T> {
  const isSelected = sections.isSelected(sectionId);
  try {
    const found = await work();
    if (isSelected) return found;
  } catch (error) {
    const isPromised = !isSelected && sections.readsWithoutWaiting?.(sectionId) === true;
    const isUnselected = is(error, "LDR_SECTION_NOT_SELECTED");
    if (isUnselected !== isSelected && !isPromised && !(isJudged && is(error, "LDR_DIGEST_MISMATCH"))) throw error;
  }
  throw new TypeError(`the access to ${sectionId} is another than was said`);
}

async function bodyOf(
  sections: SectionAccess,
  sectionId: string,
  ways: VectorWays,
  isFirst: boolean,
  signal: CancellationSignal | undefined,
): Promise<Uint8Array> {
  if (ways.access === "stream") return streamed(sections, sectionId, ways, signal);
  if (ways.access === "verify") {
    await sections.verify(sectionId, signal);
    return consistent(sections, sectionId, true, () => sections.read(sectionId, signal));
  }
  if (ways.access === "synchronous") {
    const isPromised = sections.readsWithoutWaiting?.(sectionId) === true;
    const body = sections.readSync(sectionId);
    // A body that was read before may be at hand for a while, which nobody promises.
    if (isFirst && isPromised !== (body !== undefined)) throw new TypeError(`${sectionId} is not read as was said`);
    if (body !== undefined) return body;
    if (ways.source?.includes("synchronous") === true)
      throw new TypeError(`${sectionId} waits for a source that does not`);
  }
  return sections.read(sectionId, signal);
}

/** A body out of a stream, or out of two where the first one is left. */
async function streamed(
  sections: SectionAccess,
  sectionId: string,
  { reuse_memory: reuseMemory = false, resume_at: resumeAt }: VectorWays,
  signal: CancellationSignal | undefined,
): Promise<Uint8Array> {
  const stop = signal === undefined ? {} : { signal };
  if (resumeAt === undefined)
    return Uint8Array.from(await piecesOf(sections.stream(sectionId, { reuseMemory, ...stop })));
  for (const offset of [-1, 0.5, Number.MAX_SAFE_INTEGER]) await requireMisuse(sections, sectionId, offset);
  const first = await piecesOf(sections.stream(sectionId, { reuseMemory, ...stop }), resumeAt);
  if (first.length < resumeAt) return Uint8Array.from(first);
  const rest = await piecesOf(sections.stream(sectionId, { reuseMemory, offset: resumeAt, ...stop }));
  return Uint8Array.from([...first, ...rest]);
}

/** A stream that begins outside the body is a fault of its caller. @spec errors.api-misuse */
async function requireMisuse(sections: SectionAccess, sectionId: string, offset: number): Promise<void> {
  try {
    await sections.stream(sectionId, { offset }).next();
  } catch (error) {
    if (error instanceof TypeError || is(error, "LDR_SECTION_NOT_SELECTED")) return;
    throw error;
  }
  throw new RangeError(`a stream of ${sectionId} begins at ${offset}`);
}

/** The bytes of a stream, and not more than so many. */
async function piecesOf(stream: AsyncIterable<Uint8Array>, most = Infinity): Promise<number[]> {
  const bytes: number[] = [];
  for await (const piece of stream) {
    if (piece.length === 0) throw new TypeError("a stream gives a piece without bytes");
    for (const byte of piece) bytes.push(byte);
    // A piece belongs to whoever got it; what becomes of it changes nothing that others get.
    piece.fill(0xa5);
    if (bytes.length >= most) return bytes.slice(0, most);
  }
  return bytes;
}
