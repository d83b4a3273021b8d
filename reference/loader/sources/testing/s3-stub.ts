import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { checkSignature, decode, type S3Refusal } from "./s3-signature.js";

/** How a stub differs from the usual one. */
export interface S3StubOptions {
  readonly region?: string;
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  /** The stub's clock, in milliseconds since 1970. */
  readonly now?: () => number;
}

/** One request as it came in. */
export interface S3StubRequest {
  readonly method: string;
  /** Path and query, undecoded. */
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly status: number;
}

interface StoredObject {
  readonly bytes: Uint8Array;
  readonly etag: string;
  readonly versionId: string;
}

/** An object store of this process: strict about signatures, ranges and preconditions. Reads only. */
export class S3Stub {
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionTokens = new Set<string>();
  readonly expiredTokens = new Set<string>();
  /** Buckets that anybody may read. */
  readonly publicBuckets = new Set<string>();
  /** Answers to the next requests, before anything is looked at. */
  readonly faults: S3Refusal[] = [];
  /** How a range behind the end is answered: with the size in the header as HTTP has it, in the text, or nowhere. */
  sizeOfUnsatisfiable: "header" | "text" | "nowhere" = "header";
  /** Every request that was answered. */
  readonly requests: S3StubRequest[] = [];
  readonly now: () => number;
  readonly #buckets = new Map<string, Map<string, StoredObject[]>>();
  readonly #server = createServer((request, response) => this.#answer(request, response));

  constructor(options: S3StubOptions = {}) {
    this.region = options.region ?? "eu-test-1";
    this.accessKeyId = options.accessKeyId ?? "AKIDSTUB";
    this.secretAccessKey = options.secretAccessKey ?? "stub/secret+key=";
    this.now = options.now ?? Date.now;
  }

  /** Where it listens, once started. */
  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async start(): Promise<this> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  /** Store a new version of an object. @returns its version id */
  put(bucket: string, key: string, bytes: Uint8Array): string {
    const objects = this.#buckets.get(bucket) ?? new Map<string, StoredObject[]>();
    this.#buckets.set(bucket, objects);
    const versions = objects.get(key) ?? [];
    objects.set(key, versions);
    const versionId = `v/${versions.length + 1}+${key.length}`;
    versions.push({ bytes, etag: `"${createHash("md5").update(bytes).digest("hex")}"`, versionId });
    return versionId;
  }

  /** Delete an object with all its versions. */
  remove(bucket: string, key: string): void {
    this.#buckets.get(bucket)?.delete(key);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const refusal = this.#serve(request, response);
    if (refusal !== undefined) this.#refuse(request, response, refusal);
    const { method = "", url = "", headers } = request;
    this.requests.push({ method, url, headers, status: response.statusCode });
  }

  #serve(request: IncomingMessage, response: ServerResponse): S3Refusal | undefined {
    const fault = this.faults.shift();
    if (fault !== undefined) return fault;
    const [path = "", query] = (request.url ?? "").split("?");
    const [bucket = "", ...rest] = path.slice(1).split("/");
    const key = decode(rest.join("/")).toString("utf8");
    const verdict = checkSignature(request, this);
    if (verdict === "anonymous") {
      if (!this.publicBuckets.has(bucket)) return { status: 403, code: "AccessDenied", message: "Access Denied" };
    } else if (verdict !== undefined) return verdict;
    if (request.method !== "GET" && request.method !== "HEAD")
      return { status: 405, code: "MethodNotAllowed", message: "this store is read only" };
    const objects = this.#buckets.get(bucket);
    if (objects === undefined) return { status: 404, code: "NoSuchBucket", message: "there is no such bucket" };
    const versions = objects.get(key);
    if (versions === undefined) return { status: 404, code: "NoSuchKey", message: "there is no such key" };
    const wanted = new URLSearchParams(query).get("versionId");
    const object = wanted === null ? versions.at(-1) : versions.find(({ versionId }) => versionId === wanted);
    if (object === undefined) return { status: 404, code: "NoSuchVersion", message: "there is no such version" };
    return this.#send(request, response, object);
  }

  #send(request: IncomingMessage, response: ServerResponse, object: StoredObject): S3Refusal | undefined {
    const size = object.bytes.length;
    const match = request.headers["if-match"];
    if (match !== undefined && match !== "*" && !match.split(/, */).includes(object.etag))
      return { status: 412, code: "PreconditionFailed", message: "the object is another one" };
    const range = rangeOf(request.headers.range, size);
    if (range === "unsatisfiable") {
      if (this.sizeOfUnsatisfiable === "header") response.setHeader("content-range", `bytes */${size}`);
      const more = this.sizeOfUnsatisfiable === "text" ? `<ActualObjectSize>${size}</ActualObjectSize>` : "";
      return { status: 416, code: "InvalidRange", message: "the range lies behind the end", more };
    }
    const [from, to] = range ?? [0, size];
    if (range !== undefined) response.setHeader("content-range", `bytes ${from}-${to - 1}/${size}`);
    response.writeHead(range === undefined ? 200 : 206, {
      "accept-ranges": "bytes",
      "content-type": "application/octet-stream",
      "content-length": to - from,
      etag: object.etag,
      "x-amz-version-id": object.versionId,
    });
    response.end(request.method === "HEAD" ? undefined : object.bytes.subarray(from, to));
    return undefined;
  }

  #refuse(request: IncomingMessage, response: ServerResponse, { status, code, message, more = "" }: S3Refusal): void {
    const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message>${more}<ServerTime>${new Date(this.now()).toISOString()}</ServerTime><RequestId>0123456789ABCDEF</RequestId></Error>`;
    response.writeHead(status, {
      "content-type": "application/xml",
      "content-length": Buffer.byteLength(xml),
      date: new Date(this.now()).toUTCString(),
    });
    response.end(request.method === "HEAD" ? undefined : xml);
  }
}

/** One range; several, and what is no range, are ignored, as object storage does. */
function rangeOf(
  header: string | undefined,
  size: number,
): readonly [from: number, to: number] | "unsatisfiable" | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (first === undefined || last === undefined || (first === "" && last === "")) return undefined;
  if (first === "")
    return Number(last) === 0 || size === 0 ? "unsatisfiable" : [Math.max(0, size - Number(last)), size];
  if (last !== "" && Number(last) < Number(first)) return undefined;
  if (Number(first) >= size) return "unsatisfiable";
  return [Number(first), last === "" ? size : Math.min(Number(last) + 1, size)];
}
