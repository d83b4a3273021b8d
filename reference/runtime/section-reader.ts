import type { BufObject, SectionAccess } from "../contracts/buf-object.js";
import type { CancellationSignal } from "../contracts/cancellation.js";

/**
 * The bodies of one artifact, as one program reaches them.
 *
 * A guest that cannot wait reads its sections through {@link SectionAccess.readSync}. Where the source cannot be read
 * without waiting, the selected bodies are read once, before the program begins, and held until its end.
 *
 * @spec runtime.resident-sections
 */
export class SectionReader {
  readonly #sections: SectionAccess;
  readonly #mayWait: boolean;
  readonly #signal: CancellationSignal;
  readonly #resident = new Map<string, Uint8Array>();
  #isCleared = false;
  /**
   * The body the guest read last. A loader forgets bodies and verifies each anew; a guest that reads a long one piece
   * by piece would have all of it verified for every piece.
   */
  #last: { readonly sectionId: string; readonly body: Uint8Array } | undefined;

  /** @param mayWait whether the guest can wait for a body */
  constructor(object: BufObject, mayWait: boolean, signal: CancellationSignal) {
    this.#sections = object.sections;
    this.#mayWait = mayWait;
    this.#signal = signal;
  }

  /** The body of the section that holds the code. Rejects with what the loader throws. */
  async readCode(sectionId: string): Promise<Uint8Array> {
    const atHand = this.#sections.readSync(sectionId);
    if (atHand !== undefined) return atHand;
    const body = await this.#sections.read(sectionId, this.#signal);
    if (!this.#mayWait) this.#resident.set(sectionId, body);
    return body;
  }

  /** Read what the guest could not wait for. Rejects with what the loader throws. */
  async makeResident(selected: readonly string[]): Promise<void> {
    if (this.#mayWait) return;
    for (const sectionId of selected) {
      if (this.#resident.has(sectionId)) continue;
      // Where nobody knows, holding a body costs memory; not holding it would cost the instance.
      if (this.#sections.readsWithoutWaiting?.(sectionId) === true) continue;
      this.#resident.set(sectionId, await this.#sections.read(sectionId, this.#signal));
    }
  }

  /**
   * A body, `undefined` where the section is not selected; a promise only where the guest can wait.
   *
   * @throws FaygerError what the loader throws
   */
  read(sectionId: string): Uint8Array | undefined | Promise<Uint8Array> {
    const resident = this.#resident.get(sectionId);
    if (resident !== undefined) return resident;
    if (this.#last?.sectionId === sectionId) return this.#last.body;
    if (!this.#sections.isSelected(sectionId)) return undefined;
    // Let go first: there is no room for two of the longest bodies.
    this.#last = undefined;
    const body = this.#sections.readSync(sectionId);
    if (body !== undefined) return this.#remember(sectionId, body);
    if (this.#mayWait) {
      return this.#sections.read(sectionId, this.#signal).then((read) => this.#remember(sectionId, read));
    }
    throw new TypeError(`section ${sectionId} was said to be readable without waiting, and is not`);
  }

  /** Let the bodies go. */
  clear(): void {
    this.#resident.clear();
    this.#last = undefined;
    this.#isCleared = true;
  }

  #remember(sectionId: string, body: Uint8Array): Uint8Array {
    if (!this.#isCleared) this.#last = { sectionId, body };
    return body;
  }
}
