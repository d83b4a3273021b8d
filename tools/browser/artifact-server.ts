import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** How an artifact is served. */
export interface ServedArtifact {
  readonly bytes: Uint8Array;
  /** Entity tag; by default a strong one that follows from the bytes. `null` for none. */
  readonly etag?: string | null;
  /** What goes wrong. */
  readonly fault?: "no-cors" | "whole-answer" | "never-answers" | "wrong-range" | "short-body" | "cut-off";
  /** A size to tell in `Content-Range` other than the true one. */
  readonly declaredSize?: string;
  /** Bytes that seem to lie before `bytes[at]`: asked for one of them, the server breaks off. */
  readonly gap?: { readonly at: number; readonly length: number };
}

/** One request that arrived. */
export interface ArrivedRequest {
  readonly method: string;
  readonly path: string;
  readonly range: string | undefined;
  readonly ifMatch: string | undefined;
  readonly encoding: string | undefined;
}

/** A server of artifacts on an origin of its own. */
export interface ArtifactServer {
  /** For instance `http://127.0.0.1:43210`. */
  readonly origin: string;
  /** Everything that arrived, in order. */
  readonly requests: ArrivedRequest[];
  /** Serve `artifact` as `name` from now on, and tell its address. */
  put(name: string, artifact: Uint8Array | ServedArtifact): string;
  /** Stop, also where answers are under way. */
  close(): Promise<void>;
}

/** Headers without which a page of another origin may neither ask for a range nor see what it got. */
const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, HEAD",
  "access-control-allow-headers": "Range, If-Match",
  "access-control-expose-headers": "Content-Range, Content-Length, ETag",
  "access-control-max-age": "600",
};

/** Serve artifacts with strict ranges: what is not one well-formed byte range inside the artifact is 416. */
export async function startArtifactServer(): Promise<ArtifactServer> {
  const artifacts = new Map<string, ServedArtifact>();
  const requests: ArrivedRequest[] = [];
  const server = createServer((request, response) => {
    const { pathname: path } = new URL(request.url ?? "/", "http://host");
    const { headers, method = "" } = request;
    const one = (name: string): string | undefined => headers[name]?.toString();
    requests.push({
      method,
      path,
      range: one("range"),
      ifMatch: one("if-match"),
      encoding: one("accept-encoding"),
    });
    const artifact = artifacts.get(path);
    if (artifact === undefined) response.writeHead(404, CORS).end();
    else answerArtifact(request, response, artifact);
  });
  const origin = await listen(server);
  return {
    origin,
    requests,
    put(name, artifact) {
      artifacts.set(`/${name}`, artifact instanceof Uint8Array ? { bytes: artifact } : artifact);
      return `${origin}/${name}`;
    },
    close: () => closeServer(server),
  };
}

/** Answer one request for an artifact. */
export function answerArtifact(request: IncomingMessage, response: ServerResponse, artifact: ServedArtifact): void {
  const { bytes, fault } = artifact;
  if (fault === "never-answers") return;
  const etag = artifact.etag === undefined ? strongTagOf(bytes) : artifact.etag;
  const headers: Record<string, string> = {
    ...(fault === "no-cors" ? {} : CORS),
    "accept-ranges": "bytes",
    "content-type": "application/octet-stream",
    "cache-control": "no-store",
    ...(etag === null ? {} : { etag }),
  };
  if (request.method === "OPTIONS") {
    response.writeHead(204, headers).end();
    return;
  }
  const wanted = request.headers["if-match"];
  if (wanted !== undefined && wanted !== "*" && wanted !== etag) {
    response.writeHead(412, headers).end();
    return;
  }
  const gap = artifact.gap ?? { at: bytes.length, length: 0 };
  const size = bytes.length + gap.length;
  const told = artifact.declaredSize ?? String(size);
  const asked = request.headers.range;
  const range = asked === undefined || fault === "whole-answer" ? undefined : parseRange(asked, size);
  if (range === "unsatisfiable") {
    response.writeHead(416, { ...headers, "content-range": `bytes */${told}` }).end();
    return;
  }
  const { first, last } = range ?? { first: 0, last: size - 1 };
  const length = last - first + 1;
  // What lies behind the gap is stored so much earlier.
  const shiftedBy = first >= gap.at + gap.length ? gap.length : 0;
  const isWhole = last < gap.at || shiftedBy > 0 || gap.length === 0;
  const body = isWhole ? bytes.subarray(first - shiftedBy, last + 1 - shiftedBy) : new Uint8Array(1_000);
  if (range !== undefined) {
    const shift = fault === "wrong-range" ? 1 : 0;
    headers["content-range"] = `bytes ${first + shift}-${last + shift}/${told}`;
  }
  response.writeHead(range === undefined ? 200 : 206, { ...headers, "content-length": String(length) });
  if (request.method === "HEAD") response.end();
  else if (fault === "cut-off" || !isWhole)
    response.write(body.subarray(0, body.length >> 1), () => response.destroy());
  else if (fault === "short-body") response.write(body.subarray(0, body.length - 1), () => response.destroy());
  else response.end(body);
}

/** One range of RFC 9110, 14.1.1, and nothing else. */
function parseRange(header: string, size: number): { readonly first: number; readonly last: number } | "unsatisfiable" {
  const [, from = "", to = ""] = /^bytes=(\d*)-(\d*)$/.exec(header) ?? [];
  if (from === "" && to === "") return "unsatisfiable";
  const first = from === "" ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === "" || to === "" ? size - 1 : Math.min(Number(to), size - 1);
  return first > last || first >= size ? "unsatisfiable" : { first, last };
}

function strongTagOf(bytes: Uint8Array): string {
  return `"${createHash("sha256").update(bytes).digest("hex").slice(0, 16)}"`;
}

/** Listen on a free port of this machine alone, and tell the origin. */
export async function listen(server: Server, port = 0): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Stop a server and drop whoever is connected to it. */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}
