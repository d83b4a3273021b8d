import type { BufSource, SourceEnds, SourceObserver } from "../../../contracts/buf-source.js";
import type { CancellationSignal } from "../../../contracts/cancellation.js";
import { ArrivedBytes } from "./arrived-bytes.js";
import type { HttpBody } from "./http-body.js";
import { HttpClient } from "./http-client.js";
import { changed, UnfitAnswer, unavailable } from "./http-failure.js";
import type { HttpSourceOptions } from "./http-options.js";
import {
  checkEncoding,
  checkPart,
  judgeAnswer,
  otherRange,
  type RangeAnswer,
  rangeHeader,
  strongTag,
  type WantedRange,
} from "./http-range.js";
import { statusFault } from "./http-status.js";

/**
 * A source over HTTP or HTTPS that reads byte ranges.
 *
 * Opening makes two requests at once, of the front and of the last bytes. Every answer is compared with the first one:
 * another size or another strong entity tag is `LDR_SOURCE_CHANGED`. `size` and `etag` answer from what the last answer
 * has shown and send nothing once there was one. How each fault ends is listed in `reference/loader/FAULTS.md`.
 *
 * @param url the artifact, `http:` or `https:`; a user name and password in it become an `authorization` header
 * @throws TypeError where the URL or an option makes no sense; the message holds neither
 * @spec loader.source.http
 */
export function createHttpSource(url: string | URL, options: HttpSourceOptions = {}): BufSource {
  return new HttpSource(new HttpClient(url, options));
}

const SIZE_UNKNOWN = "the server does not tell the size";

/** What answers so far have shown of the object. */
interface SeenObject {
  /** Absent as long as no answer has told it. */
  readonly size?: number;
  /** Strong entity tag; absent where the server has none. */
  readonly etag: string | undefined;
}

/** Bytes of the object, from one answer. */
interface Received {
  readonly first: number;
  readonly bytes: Uint8Array;
  readonly size: number | undefined;
}

/** Calls share nothing but what answers have shown. @spec loader.source.concurrent */
class HttpSource implements BufSource {
  readonly description: string;
  readonly #client: HttpClient;
  #seen: SeenObject | undefined;
  #isClosed = false;

  constructor(client: HttpClient) {
    this.#client = client;
    this.description = client.description;
  }

  observe(observer: SourceObserver): void {
    this.#client.observe(observer);
  }

  async size(signal?: CancellationSignal): Promise<number> {
    this.#requireOpen();
    const known = this.#seen?.size;
    if (known !== undefined) return known;
    // Not HEAD: a URL that is signed for GET answers nothing else.
    const { size } = await this.#front(1, signal);
    if (size !== undefined) return size;
    return (await this.#end(1, signal))?.size ?? this.#refuse(SIZE_UNKNOWN);
  }

  async etag(signal?: CancellationSignal): Promise<string | undefined> {
    this.#requireOpen();
    if (this.#seen === undefined) await this.size(signal);
    return this.#seen?.etag;
  }

  async read(offset: number, length: number, signal?: CancellationSignal): Promise<Uint8Array> {
    requireRange(offset, length);
    this.#requireOpen(offset, length);
    const end = Math.min(offset + length, this.#seen?.size ?? Number.MAX_SAFE_INTEGER);
    if (end <= offset) return new Uint8Array();
    return this.#range(offset, end, signal);
  }

  async openEnds(head: number, tail: number, signal?: CancellationSignal): Promise<SourceEnds> {
    requireRange(head, tail);
    this.#requireOpen();
    const unneeded = new AbortController();
    // @spec loader.reads.open
    const opening = this.#front(Math.max(head, 1), signal);
    const ending = this.#end(Math.max(tail, 1), signal, unneeded.signal);
    // Awaited below, unless the front fails first or is enough.
    ending.catch(() => undefined);
    try {
      const front = await opening;
      // @spec loader.reads.small
      if (front.size !== undefined && front.bytes.length >= front.size) {
        return this.#ends(front.size, front.bytes, front, head, tail);
      }
      let end = await ending;
      if (end === undefined) {
        // @spec loader.source.http.suffix
        const size = front.size ?? this.#refuse(SIZE_UNKNOWN);
        const first = Math.max(0, size - Math.max(tail, 1));
        end = { first, bytes: await this.#range(first, size, signal), size };
      }
      const size = front.size ?? end.size ?? this.#refuse(SIZE_UNKNOWN);
      if (front.bytes.length < Math.min(head, size)) this.#refuse(otherRange().reason);
      return this.#ends(size, front.bytes, end, head, tail);
    } finally {
      unneeded.abort();
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#client.close();
  }

  #ends(size: number, front: Uint8Array, end: Received, head: number, tail: number): SourceEnds {
    const etag = this.#seen?.etag;
    return {
      size,
      head: front.slice(0, head),
      tail: end.bytes.slice(Math.max(0, size - tail - end.first)),
      ...(etag === undefined ? {} : { etag }),
    };
  }

  /** The first bytes, or all of them where the server does no ranges and the object is short. */
  #front(length: number, signal: CancellationSignal | undefined): Promise<Received> {
    const wanted = { first: 0, last: length - 1 };
    return this.#client.call(
      {
        headers: () => this.#headers(wanted),
        range: { offset: 0, length },
        take: async (response, body) => {
          const answer = this.#judge(response, wanted);
          return { first: 0, bytes: await bytesOf(answer, body), size: answer.total };
        },
      },
      signal,
    );
  }

  /** The last bytes; `undefined` where the server cannot count from the end. @spec loader.source.http.suffix */
  #end(suffix: number, ...signals: readonly (CancellationSignal | undefined)[]): Promise<Received | undefined> {
    const wanted = { suffix };
    return this.#client.call(
      {
        headers: () => this.#headers(wanted),
        take: async (response, body) => {
          try {
            const answer = this.#judge(response, wanted);
            const size = answer.total ?? answer.first + answer.length;
            return { first: answer.first, bytes: await bytesOf(answer, body), size };
          } catch (error) {
            if (error instanceof UnfitAnswer) return undefined;
            throw error;
          }
        },
      },
      ...signals,
    );
  }

  /** Bytes from `offset` to before `end`, or to where the object ends. */
  #range(offset: number, end: number, signal: CancellationSignal | undefined): Promise<Uint8Array> {
    const arrived = new ArrivedBytes();
    const wanted = (): WantedRange => ({ first: offset + arrived.length, last: end - 1 });
    return this.#client.call(
      {
        headers: () => this.#headers(wanted()),
        range: { offset, length: end - offset },
        take: async (response, body) => {
          const answer = this.#judge(response, wanted());
          if (answer.kind === "whole") return (await bytesOf(answer, body)).slice(offset, end);
          if (answer.kind === "part") await this.#continue(arrived, body, answer.length);
          const bytes = arrived.joined();
          const size = answer.total ?? this.#seen?.size;
          // Short without a known size: whether the object ends here cannot be told.
          if (bytes.length < end - offset && size === undefined) throw new UnfitAnswer(SIZE_UNKNOWN);
          if (offset + bytes.length < Math.min(end, size ?? end)) throw otherRange();
          return bytes;
        },
      },
      signal,
    );
  }

  /**
   * Add what comes to what an earlier attempt has brought.
   *
   * @spec loader.source.http.resume
   */
  async #continue(arrived: ArrivedBytes, body: HttpBody, length: number): Promise<void> {
    try {
      await body.readInto(arrived, length);
    } catch (error) {
      // Without a strong tag the rest could be of another object: then everything is asked for again.
      if (this.#seen?.etag === undefined) arrived.clear();
      throw error;
    }
  }

  #headers(wanted: WantedRange): Record<string, string> {
    const etag = this.#client.sendsIfMatch ? this.#seen?.etag : undefined;
    return { range: rangeHeader(wanted), ...(etag === undefined ? {} : { "if-match": etag }) };
  }

  /** Judge an answer and compare it with those before, by its head alone. @spec loader.source.changed, loader.source.http.compare */
  #judge(response: Response, wanted: WantedRange): RangeAnswer {
    const { status, headers } = response;
    const opened = this.#seen;
    const tag = strongTag(headers);
    if (status === 412 && opened?.etag !== undefined) {
      throw changed(this.description, "etag", opened.etag, tag === opened.etag ? "another" : (tag ?? "another"));
    }
    if (status !== 200 && status !== 206 && status !== 416) throw statusFault(response);
    if (status !== 416) checkEncoding(response);
    if (opened !== undefined && status !== 416 && tag !== opened.etag) {
      throw changed(this.description, "etag", opened.etag ?? "none", tag ?? "none");
    }
    const answer = judgeAnswer(response, wanted);
    this.#compareSize(answer.total);
    const size = checkPart(answer, wanted);
    this.#compareSize(size);
    // An answer about a range that is not there need not carry a tag.
    if (status !== 416 || size === 0) this.#seen = { etag: tag, ...opened, ...(size === undefined ? {} : { size }) };
    return answer;
  }

  #compareSize(found: number | undefined): void {
    const size = this.#seen?.size;
    if (size === undefined || found === undefined || found === size) return;
    throw changed(this.description, "size", String(size), String(found));
  }

  /** @spec loader.source.closed */
  #requireOpen(offset?: number, length?: number): void {
    if (!this.#isClosed) return;
    throw unavailable(
      this.description,
      "closed",
      offset === undefined || length === undefined ? undefined : { offset, length },
    );
  }

  #refuse(reason: string): never {
    throw unavailable(this.description, reason);
  }
}

/** The body of an answer that was judged; what comes with a range beyond the end is a page for people. */
async function bytesOf({ kind, length }: RangeAnswer, body: HttpBody): Promise<Uint8Array> {
  return kind === "beyond" ? new Uint8Array() : body.read(length);
}

/** @spec errors.api-misuse */
function requireRange(offset: number, length: number): void {
  if (![offset, length, offset + length].every((number) => Number.isSafeInteger(number) && number >= 0)) {
    throw new TypeError("offset and length must be integers of at least 0");
  }
}
