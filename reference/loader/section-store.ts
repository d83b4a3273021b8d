import { LoaderPhase } from "../../generated/enums/loader-phase.js";
import type { SectionAccess, StreamOptions } from "../contracts/buf-object.js";
import type { CancellationSignal } from "../contracts/cancellation.js";
import { FaygerError } from "../errors/fayger-error.js";
import { BodyCache } from "./body-cache.js";
import { type BodyReading, readBody, readBodySync, streamBody, verifiedBodies } from "./body-reads.js";
import { CancellationSource } from "./cancellation.js";
import { aborted, sourceUnavailable } from "./failure.js";
import { inOrder } from "./in-order.js";
import type { LoadContext, SelectedArtifact } from "./phases/load-context.js";
import { ProgressReport } from "./progress.js";
import { planReads, type ReadRun } from "./read-plan.js";
import { type SelectedSection, verifyBody, verifyUnseenBody } from "./section-body.js";
import { type SharedBody, SharedFetch, SharedReads } from "./shared-reads.js";

const PHASE = LoaderPhase.ReadSections;

/**
 * The selected bodies of one loaded artifact. Eager: all were read at load and stay. Lazy: each is read and verified
 * when it is first asked for, and kept within a budget.
 *
 * @spec loader.read-sections.verified-first
 */
export class SectionStore implements SectionAccess {
  readonly #context: LoadContext;
  readonly #artifact: SelectedArtifact;
  readonly #reading: BodyReading;
  readonly #cache: BodyCache;
  readonly #shared = new SharedReads();
  /** What reads without sharing: streams, and the reads of a load. */
  readonly #open = new Set<CancellationSource>();
  #isClosed = false;

  constructor(context: LoadContext, artifact: SelectedArtifact) {
    const { reader, services, loader, load } = context;
    this.#context = context;
    this.#artifact = artifact;
    const { pieceBytes, concurrency } = loader;
    this.#reading = { reader, sha256: services.sha256, pieceBytes, concurrency };
    // What an eager load has read stays: the profile has bounded it already.
    this.#cache = new BodyCache(load.strategy === "eager" ? Number.POSITIVE_INFINITY : loader.cacheBytes);
  }

  isSelected(sectionId: string): boolean {
    return this.#find(sectionId) !== undefined;
  }

  readsWithoutWaiting(sectionId: string): boolean {
    const { load, reader } = this.#context;
    const section = this.#find(sectionId);
    if (section === undefined) return false;
    return load.strategy === "eager" || reader.isSynchronous || this.#partOfFront(section) !== undefined;
  }

  async read(sectionId: string, signal?: CancellationSignal): Promise<Uint8Array> {
    const section = this.#require(sectionId);
    if (signal?.aborted === true) throw aborted(PHASE);
    return this.#cache.get(sectionId) ?? this.#wait(this.#shared.get(sectionId) ?? this.#startRead(section), signal);
  }

  readSync(sectionId: string): Uint8Array | undefined {
    const section = this.#require(sectionId);
    const kept = this.#cache.get(sectionId);
    if (kept !== undefined) return kept;
    let body: Uint8Array;
    if (this.#context.reader.isSynchronous) {
      body = readBodySync(section, this.#reading);
    } else {
      // The source cannot be asked without waiting; what opening has read is still of the artifact as it was opened.
      const part = this.#partOfFront(section);
      if (part === undefined) return undefined;
      verifyBody(section, part, this.#reading.sha256);
      body = part;
    }
    this.#keep(section, body);
    return body;
  }

  /** @spec loader.read-sections.streaming */
  stream(sectionId: string, options: StreamOptions = {}): AsyncIterableIterator<Uint8Array> {
    const own = new CancellationSource();
    const pieces = this.#stream(sectionId, own, options);
    return {
      next: () => pieces.next(),
      // A generator ends only when the step that is under way has ended; that step waits for reads.
      // @spec loader.read-sections.streaming.stop
      return: () => {
        own.abort();
        return pieces.return(undefined);
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  async verify(sectionId: string, signal?: CancellationSignal): Promise<void> {
    const options = { reuseMemory: true, isFresh: true, ...(signal === undefined ? {} : { signal }) };
    for await (const _piece of this.#stream(sectionId, new CancellationSource(), options));
  }

  /** @spec loader.read-sections.prefetch */
  async prefetch(sectionIds: Iterable<string>, signal?: CancellationSignal): Promise<void> {
    const sections = [...new Set(sectionIds)].map((id) => this.#require(id)).sort((a, b) => a.at - b.at);
    if (signal?.aborted === true) throw aborted(PHASE);
    let room = this.#context.loader.cacheBytes;
    const fitting = sections.filter(({ length }) => {
      const isFitting = length <= room;
      if (isFitting) room -= length;
      return isFitting;
    });
    const { pieceBytes, concurrency } = this.#reading;
    const missing = fitting.filter(({ sectionId }) => this.#cache.get(sectionId) === undefined);
    const atFront = missing.filter((section) => this.#partOfFront(section) !== undefined);
    const remote = missing.filter((section) => this.#partOfFront(section) === undefined);
    const runs = [...atFront.map((section) => ({ ...section, bodies: [section] })), ...planReads(remote, pieceBytes)];
    const jobs = runs.map((run) => () => {
      // Every one of them is waited for: a body that is faulty does not keep the others from being kept.
      return Promise.allSettled(this.#startRun(run).map((shared) => this.#wait(shared, signal)));
    });
    const failed: unknown[] = [];
    for await (const results of inOrder(jobs, concurrency)) {
      for (const result of results) if (result.status === "rejected") failed.push(result.reason);
    }
    if (failed.length > 0) throw failed[0];
  }

  /** Read and verify every selected body, as the phase `read_sections` of an eager load does, and keep it. */
  async readAll(signal: CancellationSignal | undefined): Promise<void> {
    await this.#readAll(signal, true);
  }

  /**
   * The same, without keeping a body: memory does not grow with their lengths.
   *
   * @spec loader.read-sections.bounded
   */
  async verifyAll(signal: CancellationSignal | undefined): Promise<void> {
    await this.#readAll(signal, false);
  }

  /** Forget every body and refuse further accesses. Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#cache.clear();
    this.#shared.stop();
    for (const cancellation of this.#open) cancellation.abort();
  }

  async #readAll(signal: CancellationSignal | undefined, isKept: boolean): Promise<void> {
    const { services, load } = this.#context;
    const sections = [...this.#selected()];
    const atHand = (section: SelectedSection): Uint8Array | undefined => this.#partOfFront(section);
    const expected = sections.reduce((sum, one) => (atHand(one) === undefined ? sum + one.length : sum), 0);
    const progress = new ProgressReport(expected, services.events, load.onProgress);
    const own = new CancellationSource();
    const release = this.#begin(own, signal);
    try {
      const onRead = (bytes: number): void => progress.add(bytes);
      const bodies = verifiedBodies(sections, this.#reading, own, { atHand, isKept, onRead });
      for await (const { section, body } of bodies) {
        if (own.aborted) throw aborted(PHASE);
        if (body === undefined) this.#announce(section);
        else this.#keep(section, body);
      }
    } catch (error) {
      throw await this.#reasonFor(error, own);
    } finally {
      release();
    }
  }

  async *#stream(
    sectionId: string,
    own: CancellationSource,
    { offset = 0, signal, reuseMemory = false, isFresh = false }: StreamOptions & { readonly isFresh?: boolean },
  ): AsyncGenerator<Uint8Array, undefined> {
    const section = this.#require(sectionId);
    if (!Number.isInteger(offset) || offset < 0 || offset > section.length) {
      throw new TypeError(`offset must be an integer from 0 to ${section.length}`);
    }
    const release = this.#begin(own, signal);
    try {
      if (own.aborted) throw aborted(PHASE);
      const kept = isFresh ? undefined : this.#cache.get(sectionId);
      const atHand = kept ?? this.#partOfFront(section);
      const pieces = streamBody(section, this.#reading, own, { atHand, reuseMemory });
      let skip = offset;
      for await (const piece of pieces) {
        const skipped = Math.min(skip, piece.length);
        skip -= skipped;
        if (skipped < piece.length) yield piece.subarray(skipped);
      }
      await this.#reading.reader.checkUnchanged(PHASE, own);
      this.#announce(section);
    } catch (error) {
      throw await this.#reasonFor(error, own);
    } finally {
      release();
    }
    return undefined;
  }

  #wait({ fetch, body }: SharedBody, signal: CancellationSignal | undefined): Promise<Uint8Array> {
    return fetch.wait(body, signal, () => aborted(PHASE));
  }

  #startRead(section: SelectedSection): SharedBody {
    const fetch = new SharedFetch();
    const shared = { fetch, body: this.#readLazily(section, fetch.cancellation) };
    this.#shared.put(section.sectionId, shared);
    return shared;
  }

  /** Read neighbours together, each shared as if it were read alone. */
  #startRun({ at, length, bodies }: ReadRun<SelectedSection>): SharedBody[] {
    if (bodies.length === 1 || bodies.some(({ sectionId }) => this.#shared.get(sectionId) !== undefined)) {
      return bodies.map((section) => this.#shared.get(section.sectionId) ?? this.#startRead(section));
    }
    const fetch = new SharedFetch();
    const bytes = this.#reading.reader.read(at, length, PHASE, fetch.cancellation);
    return bodies.map((section) => {
      const start = section.at - at;
      // Copied: a body that stays must not keep all its neighbours in memory.
      const part = bytes.then((run) => run.slice(start, start + section.length));
      const shared = { fetch, body: this.#readLazily(section, fetch.cancellation, part) };
      this.#shared.put(section.sectionId, shared);
      return shared;
    });
  }

  /** @param fetched the bytes, where somebody reads them already */
  async #readLazily(
    section: SelectedSection,
    signal: CancellationSignal,
    fetched?: Promise<Uint8Array>,
  ): Promise<Uint8Array> {
    const { reader, sha256 } = this.#reading;
    try {
      let body = this.#partOfFront(section);
      if (body !== undefined) {
        verifyBody(section, body, sha256);
      } else if (fetched !== undefined) {
        body = await fetched;
        await verifyUnseenBody(section, body, sha256, signal);
      } else {
        body = await readBody(section, this.#reading, signal);
      }
      // @spec loader.source.changed: asked also where the bytes are at hand, so that a changed source is always noticed.
      await reader.checkUnchanged(PHASE, signal);
      if (this.#isClosed) throw this.#closed();
      this.#keep(section, body);
      return body;
    } catch (error) {
      throw await this.#reasonFor(error, signal);
    }
  }

  /**
   * Reads that nobody shares: stopped with the caller's signal, and when the object is closed.
   *
   * @returns to be called at their end, however they end: stops what is still under way
   */
  #begin(own: CancellationSource, signal: CancellationSignal | undefined): () => void {
    const unfollow = own.follow(signal);
    this.#open.add(own);
    return () => {
      unfollow();
      this.#open.delete(own);
      own.abort();
    };
  }

  /** What to tell of a read that failed. */
  async #reasonFor(error: unknown, signal: CancellationSignal): Promise<unknown> {
    return this.#isClosed ? this.#closed() : this.#context.reader.reasonFor(error, PHASE, signal);
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

  /** The selected sections, in index order. */
  *#selected(): Generator<SelectedSection, undefined> {
    for (let at = 0; at < this.#artifact.index.length; at += 1) {
      const section = this.#sectionAt(at);
      if (section !== undefined) yield section;
    }
  }

  #find(sectionId: string): SelectedSection | undefined {
    return this.#sectionAt(this.#artifact.directory.positionOf(sectionId));
  }

  /** The section at a position of the index. @spec loader.reads.bodies: what was not selected has no place here. */
  #sectionAt(position: number): SelectedSection | undefined {
    const { index, selection, bodiesAt } = this.#artifact;
    const entry = position < 0 ? undefined : index.at(position);
    if (entry === undefined || selection.reasons.has(position)) return undefined;
    const { sectionId, offset, length, digest } = entry;
    return { sectionId, at: bodiesAt + offset, length, digest };
  }

  /** @spec loader.read-sections.unselected */
  #require(sectionId: string): SelectedSection {
    const section = this.#find(sectionId);
    if (section === undefined) {
      const { directory, selection } = this.#artifact;
      const reason = selection.reasons.get(directory.positionOf(sectionId)) ?? "missing";
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
