import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** An answer before it is sent; a fault changes it. */
export interface Reply {
  readonly status: number;
  /** Names in lower case. `content-length` is added where `chunked` is not set. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Sent in chunks of unknown total, so that the length of the body can be anything. */
  readonly isChunked?: boolean;
  /**
   * What happens instead of an orderly end: the connection is reset before the head or behind the body, nothing
   * further comes, or the body never ends.
   */
  readonly ending?: "reset-head" | "reset-body" | "stall-head" | "stall-body" | "endless";
}

/** A request as the server has seen it. */
export interface ServedRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** The header `range`; empty where there is none. */
  readonly range: string;
  readonly headers: IncomingHttpHeaders;
  /** The status that was sent; 0 where nothing was. */
  readonly status: number;
}

/** Changes an answer. */
export type Fault = (reply: Reply, request: ServedRequest) => Reply | undefined;

/** A server over node:http that does ranges as it should, except where a test wants a fault. */
export interface FaultServer {
  /** Where the object lies. */
  readonly url: string;
  /** Scheme, host and port. */
  readonly origin: string;
  /** Every request since the last {@link FaultServer.forget}, in the order of arrival. */
  readonly requests: ServedRequest[];
  /** Bytes of the bodies that were handed to the network. */
  readonly sentBytes: number;
  /** The object; absent means 404. */
  object: Uint8Array | undefined;
  /** Its entity tag; absent means that none is sent. */
  etag: string | undefined;
  /** Called for each request, with its number since the last {@link FaultServer.forget}, from 0. */
  fault: ((number: number, request: ServedRequest) => Fault | undefined) | undefined;
  /** Called when the head of a request has come, before it is answered. */
  arrived: ((request: ServedRequest) => void) | undefined;
  /** Forget requests, fault and counts. */
  forget(): void;
  /** Wait until no answer is under way: each was sent whole or its client has let go of it. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** Start a server on a free port of this host. */
export async function startFaultServer(object?: Uint8Array, etag: string | undefined = '"one"'): Promise<FaultServer> {
  const open = new Set<ServerResponse>();
  const waiting: (() => void)[] = [];
  const requests: ServedRequest[] = [];
  let sentBytes = 0;

  const server = createServer((message, response) => {
    open.add(response);
    response.on("close", () => {
      open.delete(response);
      if (open.size === 0) for (const resolve of waiting.splice(0)) resolve();
    });
    const request = servedRequest(message);
    const number = requests.push(request) - 1;
    self.arrived?.(request);
    const right = rightReply(request, self.object, self.etag);
    const fault = self.fault?.(number, request);
    const reply = fault?.(right, request) ?? right;
    requests[number] = { ...request, status: reply.ending?.endsWith("-head") === true ? 0 : reply.status };
    sentBytes += send(response, reply, request.method === "HEAD");
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const self: FaultServer = {
    origin,
    url: `${origin}/artifact.buf`,
    requests,
    get sentBytes() {
      return sentBytes;
    },
    object,
    etag,
    fault: undefined,
    arrived: undefined,
    forget() {
      requests.length = 0;
      sentBytes = 0;
      self.fault = undefined;
      self.arrived = undefined;
    },
    idle: () => (open.size === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return self;
}

function servedRequest({ method = "", url = "", headers }: IncomingMessage): ServedRequest {
  return { method, path: url, range: headers.range ?? "", headers, status: 0 };
}

/** What a server without faults answers. */
function rightReply(
  { range, headers }: ServedRequest,
  object: Uint8Array | undefined,
  etag: string | undefined,
): Reply {
  if (object === undefined) return { status: 404, headers: {}, body: Buffer.from("no such object") };
  const common = {
    "accept-ranges": "bytes",
    "content-type": "application/vnd.fayger.buf",
    ...(etag === undefined ? {} : { etag }),
  };
  const ifMatch = headers["if-match"];
  if (ifMatch !== undefined && ifMatch !== "*" && (ifMatch !== etag || etag.startsWith("W/"))) {
    return { status: 412, headers: common, body: new Uint8Array() };
  }
  const size = object.length;
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? [];
  if (first === undefined || last === undefined || (first === "" && last === "")) {
    return { status: 200, headers: common, body: object };
  }
  const from = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (from > to || from >= size) {
    return { status: 416, headers: { ...common, "content-range": `bytes */${size}` }, body: Buffer.from("no range") };
  }
  const body = object.subarray(from, to + 1);
  return { status: 206, headers: { ...common, "content-range": `bytes ${from}-${to}/${size}` }, body };
}

/** @returns bytes of the body that were handed over */
function send(response: ServerResponse, { status, headers, body, isChunked, ending }: Reply, isHead: boolean): number {
  if (ending === "stall-head") return 0;
  if (ending === "reset-head") {
    response.socket?.resetAndDestroy();
    return 0;
  }
  const declared = isChunked === true || ending === "endless" || headers["content-length"] !== undefined;
  response.writeHead(status, { ...headers, ...(declared ? {} : { "content-length": String(body.length) }) });
  if (isHead) {
    response.end();
    return 0;
  }
  switch (ending) {
    case undefined:
      response.end(body);
      return body.length;
    case "endless": {
      const more = (): void => {
        while (!response.destroyed && response.write(new Uint8Array(65_536))) sent += 65_536;
        if (!response.destroyed) response.once("drain", more);
      };
      let sent = body.length;
      response.write(body);
      more();
      return sent;
    }
    default: {
      const half = body.subarray(0, body.length >> 1);
      // Without a byte of the body the head would wait with it.
      response.flushHeaders();
      response.write(half, () => {
        if (ending === "reset-body") response.socket?.resetAndDestroy();
      });
      return half.length;
    }
  }
}

/** The faults of HTTP that a server can have. */
export const faults = {
  /** Another status, with nothing of the object. */
  status:
    (status: number, headers: Readonly<Record<string, string>> = {}): Fault =>
    () => ({ status, headers, body: Buffer.from("a page for people") }),
  /** Other headers. An empty value removes one. */
  headers:
    (changes: Readonly<Record<string, string>>): Fault =>
    (reply) => {
      const headers = Object.entries({ ...reply.headers, ...changes }).filter(([, value]) => value !== "");
      return { ...reply, headers: Object.fromEntries(headers) };
    },
  /** An end that is none. */
  ending:
    (ending: NonNullable<Reply["ending"]>): Fault =>
    (reply) => ({ ...reply, ending }),
  /** The body ends in order, and too early. */
  short: ((reply) => ({ ...reply, isChunked: true, body: reply.body.subarray(0, reply.body.length >> 1) })) as Fault,
  /** One byte too many. */
  long: ((reply) => ({ ...reply, isChunked: true, body: Buffer.concat([reply.body, Uint8Array.of(0)]) })) as Fault,
  /** A redirect. */
  redirect:
    (location: string, status = 302): Fault =>
    () => ({ status, headers: { location }, body: new Uint8Array() }),
};

/** The range is not looked at. */
export function ignoreRange(server: FaultServer, changes: Partial<Reply> = {}): Fault {
  return (reply) => {
    const { "content-range": _, ...headers } = reply.headers;
    return { ...reply, status: 200, headers, body: server.object ?? new Uint8Array(), ...changes };
  };
}
