import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { BuiltDag } from "./unixfs-builder.js";

/** A gateway of this process: files below `/ipfs/`, and single blocks with `?format=raw`. It can fail on purpose. */
export class IpfsGateway {
  /** Path and query of every request. */
  readonly requests: string[] = [];
  /** Changes what is answered; `drop` breaks the connection, a number is a status. */
  answer: (url: string, bytes: Uint8Array) => Uint8Array | number | "drop" = (_url, bytes) => bytes;
  readonly #files = new Map<string, Uint8Array>();
  readonly #blocks = new Map<string, Uint8Array>();
  readonly #server = createServer((request, response) => this.#serve(request, response));

  /** Where it listens, once started. */
  get url(): string {
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

  /** Offer a file below `/ipfs/`. @param path the identifier, and names below it, encoded */
  addFile(path: string, bytes: Uint8Array): void {
    this.#files.set(path, bytes);
  }

  /** Offer the blocks of a file or folder. */
  addBlocks({ blocks }: BuiltDag): void {
    for (const [cid, bytes] of blocks) this.#blocks.set(cid, bytes);
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const url = request.url ?? "";
    this.requests.push(url);
    const [path = "", query] = url.split("?");
    const name = path.replace("/ipfs/", "");
    const stored = query === "format=raw" ? this.#blocks.get(name) : this.#files.get(name);
    const found = stored === undefined ? 404 : this.answer(url, stored);
    if (found === "drop") request.socket.destroy();
    else if (typeof found === "number") response.writeHead(found, { "content-length": 0 }).end();
    else if (query === "format=raw")
      response
        .writeHead(200, { "content-type": "application/vnd.ipld.raw", "content-length": found.length })
        .end(found);
    else sendRange(request, response, found, `"${name}"`);
  }
}

function sendRange(request: IncomingMessage, response: ServerResponse, bytes: Uint8Array, etag: string): void {
  const size = bytes.length;
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
  const from = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === "" || last === "" ? size : Math.min(size, Number(last) + 1);
  if (from >= to) {
    response.writeHead(416, { "content-range": `bytes */${size}`, "content-length": 0 }).end();
    return;
  }
  response.writeHead(206, {
    "content-range": `bytes ${from}-${to - 1}/${size}`,
    "content-length": to - from,
    "accept-ranges": "bytes",
    etag,
  });
  response.end(bytes.subarray(from, to));
}
