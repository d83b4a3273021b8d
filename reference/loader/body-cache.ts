/**
 * Verified bodies within a budget of bytes. The least recently used one goes first; a body larger than the whole budget
 * is not kept.
 */
export class BodyCache {
  readonly #budget: number;
  /** A Map keeps the order of insertion; a body that is used moves to the end. */
  readonly #bodies = new Map<string, Uint8Array>();
  #bytes = 0;

  /** @param budget bytes */
  constructor(budget: number) {
    this.#budget = budget;
  }

  /** Bytes held. */
  get bytes(): number {
    return this.#bytes;
  }

  get(sectionId: string): Uint8Array | undefined {
    const body = this.#bodies.get(sectionId);
    if (body === undefined) return undefined;
    this.#bodies.delete(sectionId);
    this.#bodies.set(sectionId, body);
    return body;
  }

  put(sectionId: string, body: Uint8Array): void {
    if (this.#bodies.has(sectionId)) this.#drop(sectionId);
    if (body.length > this.#budget) return;
    this.#bodies.set(sectionId, body);
    this.#bytes += body.length;
    for (const oldest of this.#bodies.keys()) {
      if (this.#bytes <= this.#budget) break;
      this.#drop(oldest);
    }
  }

  clear(): void {
    this.#bodies.clear();
    this.#bytes = 0;
  }

  #drop(sectionId: string): void {
    this.#bytes -= this.#bodies.get(sectionId)?.length ?? 0;
    this.#bodies.delete(sectionId);
  }
}
