import { LoaderPhase } from "../../generated/enums/loader-phase.js";
import type { SectionAccess } from "../contracts/buf-object.js";
import type { CancellationSignal } from "../contracts/cancellation.js";
import { FaygerError, is } from "../errors/fayger-error.js";
import { BodyCache } from "./body-cache.js";
import { CancellationSource, unlessAborted } from "./cancellation.js";
import { aborted, sourceUnavailable } from "./failure.js";
import type { LoadContext, SelectedArtifact } from "./phases/load-context.js";
import { planReads, type ReadRun } from "./read-plan.js";
import { checkBody, readBody, readBodySync, type SelectedSection, verifyBody } from "./section-body.js";

const PHASE = LoaderPhase.ReadSections;

/** A read that several accesses wait for. */
interface SharedRead {
  readonly body: Promise<Uint8Array>;
  readonly cancellation: CancellationSource;
  /** Accesses that still wait. The read is stopped when the last one gives up. */
  waiting: number;
}

/** Bytes that one run of the plan has brought. */
interface FetchedRun {
  readonly at: number;
  readonly length: number;
  /** Empty where a verified body is not kept. */
  readonly bytes: Uint8Array;
  /** A body of several pieces was hashed while it arrived. */
  readonly isVerified: boolean;
}

/**
 * The selected bodies of one loaded artifact. Eager: all were read at load and stay. Lazy: each is read and verified
 * when it is first asked for, and kept within a budget.
 *
 * @spec loader.read-sections.verified-first
 */
export class SectionStore implements SectionAccess {
  readonly #context: LoadContext;
  readonly #artifact: SelectedArtifact;
  readonly #sections: ReadonlyMap<string, SelectedSection>;
  readonly #cache: BodyCache;
  readonly #shared = new Map<string, SharedRead>();
  #isClosed = false;

  constructor(context: LoadContext, artifact: SelectedArtifact) {
    this.#context = context;
    this.#artifact = artifact;
    // @spec loader.reads.bodies: what was not selected is not known here and never read.
    this.#sections = selectedSections(artifact);
    // What an eager load has read stays: the profile has bounded it already.
    this.#cache = new BodyCache(
      context.load.strategy === "eager" ? Number.POSITIVE_INFINITY : context.loader.cacheBytes,
    );
  }

  isSelected(sectionId: string): boolean {
    return this.#sections.has(sectionId);
  }

  readsWithoutWaiting(sectionId: string): boolean {
    const { load, reader } = this.#context;
    const section = this.#sections.get(sectionId);
    if (section === undefined) return false;
    return load.strategy === "eager" || reader.isSynchronous || this.#partOfFront(section) !== undefined;
  }

  async read(sectionId: string, signal?: CancellationSignal): Promise<Uint8Array> {
    const section = this.#require(sectionId);
    if (signal?.aborted === true) throw aborted(PHASE);
    const kept = this.#cache.get(sectionId);
    if (kept !== undefined) return kept;
    // @spec loader.read-sections.shared
    const shared = this.#shared.get(sectionId) ?? this.#startRead(section);
    shared.waiting += 1;
    try {
      return await unlessAborted(
        () => shared.body,
        signal,
        () => aborted(PHASE),
      );
    } catch (error) {
      throw this.#isClosed ? this.#closed() : error;
    } finally {
      shared.waiting -= 1;
      if (shared.waiting === 0) this.#endRead(sectionId, shared);
    }
  }

  readSync(sectionId: string): Uint8Array | undefined {
    const section = this.#require(sectionId);
    const kept = this.#cache.get(sectionId);
    if (kept !== undefined) return kept;
    const { reader, services, loader } = this.#context;
    let body: Uint8Array;
    if (reader.isSynchronous) {
      body = readBodySync(section, reader, services.sha256, loader.pieceBytes);
    } else {
      // The source cannot be asked without waiting; what opening has read is still of the artifact as it was opened.
      const part = this.#partOfFront(section);
      if (part === undefined) return undefined;
      verifyBody(section, part, services.sha256);
      body = part;
    }
    this.#keep(section, body);
    return body;
  }

  /**
   * Read and verify every selected body, as the phase `read_sections` of an eager load does. The first faulty body in
   * index order is the one that is reported, whatever arrives first.
   *
   * @spec loader.read-sections.order
   */
  async readAll(signal: CancellationSignal | undefined): Promise<void> {
    await this.#forEachBody(signal, true, (section, body) => this.#keep(section, body));
  }

  /**
   * The same, without keeping a body: memory does not grow with their lengths.
   *
   * @spec loader.read-sections.bounded
   */
  async verifyAll(signal: CancellationSignal | undefined): Promise<void> {
    await this.#forEachBody(signal, false, (section) => this.#announce(section));
  }

  async #forEachBody(
    signal: CancellationSignal | undefined,
    isKept: boolean,
    use: (section: SelectedSection, body: Uint8Array) => void,
  ): Promise<void> {
    const { sha256 } = this.#context.services;
    const remote: SelectedSection[] = [];
    for (const section of this.#sections.values()) if (this.#partOfFront(section) === undefined) remote.push(section);
    const runs = this.#fetchInOrder(planReads(remote, this.#context.loader.pieceBytes), isKept, signal);
    try {
      let run: FetchedRun = { at: 0, length: 0, bytes: new Uint8Array(), isVerified: true };
      for (const section of this.#sections.values()) {
        let body = this.#partOfFront(section);
        let isVerified = false;
        if (body === undefined) {
          if (section.at >= run.at + run.length) run = (await runs.next()).value ?? run;
          body = run.bytes.subarray(section.at - run.at, section.at - run.at + section.length);
          isVerified = run.isVerified;
        }
        if (!isVerified) await this.#orChanged(signal, async () => verifyBody(section, body, sha256));
        use(section, body);
      }
    } finally {
      await runs.return(undefined);
    }
  }

  /** Forget every body and refuse further accesses. Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#cache.clear();
    for (const { cancellation } of this.#shared.values()) cancellation.abort();
  }

  #startRead(section: SelectedSection): SharedRead {
    const cancellation = new CancellationSource();
    const shared: SharedRead = { body: this.#readLazily(section, cancellation), cancellation, waiting: 0 };
    this.#shared.set(section.sectionId, shared);
    return shared;
  }

  /** Nobody waits any longer: whoever comes next starts a read of their own. */
  #endRead(sectionId: string, shared: SharedRead): void {
    shared.cancellation.abort();
    if (this.#shared.get(sectionId) === shared) this.#shared.delete(sectionId);
  }

  async #readLazily(section: SelectedSection, signal: CancellationSignal): Promise<Uint8Array> {
    const { reader, services, loader } = this.#context;
    // @spec loader.source.changed: asked also where the bytes are at hand, so that a changed source is always noticed.
    const part = this.#partOfFront(section);
    const body = await this.#orChanged(signal, async () => {
      if (part === undefined) return readBody(section, reader, services.sha256, loader.pieceBytes, signal);
      verifyBody(section, part, services.sha256);
      return part;
    });
    await reader.checkUnchanged(PHASE, signal);
    if (this.#isClosed) throw this.#closed();
    this.#keep(section, body);
    return body;
  }

  /** Whatever is wrong with the bytes, a source that changed is the reason to name. */
  async #orChanged<T>(signal: CancellationSignal | undefined, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      if (is(error, "LDR_DIGEST_MISMATCH") || is(error, "LDR_TRUNCATED")) {
        await this.#context.reader.checkUnchanged(PHASE, signal);
      }
      throw error;
    }
  }

  /** Some runs ahead, handed out in order; a caller that stops early stops the reads that are under way. */
  async *#fetchInOrder(
    runs: readonly ReadRun<SelectedSection>[],
    isKept: boolean,
    signal: CancellationSignal | undefined,
  ): AsyncGenerator<FetchedRun, undefined> {
    const cancellation = new CancellationSource();
    const stop = (): void => cancellation.abort();
    signal?.addEventListener("abort", stop, { once: true });
    const underWay: Promise<FetchedRun>[] = [];
    try {
      if (signal?.aborted === true) throw aborted(PHASE);
      for (let at = 0, next = 0; at < runs.length; at += 1) {
        for (; next < runs.length && next < at + this.#context.loader.concurrency; next += 1) {
          const fetched = this.#fetchRun(runs[next] as ReadRun<SelectedSection>, isKept, cancellation);
          // Awaited later; until then a rejection must not count as unhandled.
          fetched.catch(() => undefined);
          underWay.push(fetched);
        }
        yield await this.#orChanged(signal, () => underWay.shift() as Promise<FetchedRun>);
      }
    } finally {
      cancellation.abort();
      signal?.removeEventListener("abort", stop);
    }
    return undefined;
  }

  async #fetchRun(
    { at, length, bodies }: ReadRun<SelectedSection>,
    isKept: boolean,
    signal: CancellationSignal,
  ): Promise<FetchedRun> {
    const { reader, services, loader } = this.#context;
    const [first] = bodies;
    // Only a run of one body is longer than a piece.
    if (first !== undefined && length > loader.pieceBytes) {
      const read = isKept ? readBody : checkBody;
      const bytes = await read(first, reader, services.sha256, loader.pieceBytes, signal);
      return { at, length, bytes: bytes ?? new Uint8Array(), isVerified: true };
    }
    return { at, length, bytes: await reader.read(at, length, PHASE, signal), isVerified: false };
  }

  #keep(section: SelectedSection, body: Uint8Array): void {
    this.#cache.put(section.sectionId, body);
    this.#announce(section);
  }

  #announce(section: SelectedSection): void {
    const { events } = this.#context.services;
    if (events.enabled("load")) {
      events.publish("load.section_verified", { section_id: section.sectionId, length: section.length });
    }
  }

  /** The body, where the read at the front has covered it; an empty body needs no read. */
  #partOfFront({ at, length }: SelectedSection): Uint8Array | undefined {
    const { front } = this.#artifact;
    return length === 0 || at + length <= front.length ? front.subarray(at, at + length) : undefined;
  }

  /** @spec loader.read-sections.unselected */
  #require(sectionId: string): SelectedSection {
    const section = this.#sections.get(sectionId);
    if (section === undefined) {
      const skipped = this.#artifact.selection.skipped.find((candidate) => candidate.sectionId === sectionId);
      const reason = skipped?.reason ?? "missing";
      throw new FaygerError("LDR_SECTION_NOT_SELECTED", `section ${sectionId} was not selected: ${reason}`, {
        phase: PHASE,
        section_id: sectionId,
        reason,
      });
    }
    if (this.#isClosed) throw this.#closed();
    return section;
  }

  #closed(): FaygerError {
    return sourceUnavailable(PHASE, this.#context.reader.description, "the artifact is closed");
  }
}

function selectedSections({ index, selection, bodiesAt }: SelectedArtifact): ReadonlyMap<string, SelectedSection> {
  const sections = new Map<string, SelectedSection>();
  let next = 0;
  for (const { sectionId, offset, length, digest } of index) {
    // Both lists are in index order.
    if (selection.selected[next] !== sectionId) continue;
    next += 1;
    sections.set(sectionId, { sectionId, at: bodiesAt + offset, length, digest });
  }
  return sections;
}
