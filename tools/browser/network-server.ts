import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { type WebSocket, WebSocketServer } from "ws";
import { closeServer, listen } from "./artifact-server.js";

/** What arrived at a {@link NetworkServer}, in order. */
export interface Arrived {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A server for programs: HTTP with leave for pages of every origin, and WebSockets. */
export interface NetworkServer {
  /** For instance `http://127.0.0.1:43210`. */
  readonly http: string;
  /** For instance `ws://127.0.0.1:43210`. */
  readonly ws: string;
  readonly arrived: Arrived[];
  /** Connections that were ever made. */
  readonly connections: { count: number };
  /** Bytes that answers of `/endless` have given to the network. */
  readonly endless: { given: number; ended: boolean };
  /** Codes and reasons with which pages closed WebSockets, in order. */
  readonly closes: string[];
  /** Sockets that are open. */
  readonly sockets: ReadonlySet<WebSocket>;
  close(): Promise<void>;
}

const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "*",
  "access-control-allow-headers": "*",
  "access-control-expose-headers": "x-said, content-encoding",
  // Pages that are isolated load nothing else.
  "cross-origin-resource-policy": "cross-origin",
};

/** Start the server. */
export async function startNetworkServer(): Promise<NetworkServer> {
  const arrived: Arrived[] = [];
  const connections = { count: 0 };
  const endless = { given: 0, ended: false };
  const closes: string[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { method = "", url = "/", headers } = request;
      const body = Buffer.concat(parts).toString("latin1");
      arrived.push({ method, path: url, headers, body });
      answer(new URL(url, "http://host"), method, body, response, endless);
    });
  });
  server.on("connection", () => {
    connections.count += 1;
  });
  const sockets = new WebSocketServer({
    server,
    handleProtocols: (offered) => (offered.has("second") ? "second" : false),
  });
  sockets.on("connection", (socket, { url = "/", headers }) => {
    arrived.push({ method: "WEBSOCKET", path: url, headers, body: "" });
    socket.on("error", () => undefined);
    socket.on("close", (code, reason) => closes.push(`${code} ${reason.toString()}`));
    converse(new URL(url, "http://host"), socket);
  });
  const http = await listen(server);
  return {
    http,
    ws: http.replace("http:", "ws:"),
    arrived,
    connections,
    endless,
    closes,
    sockets: sockets.clients,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      await closeServer(server);
    },
  };
}

function answer(
  { pathname, searchParams }: URL,
  method: string,
  body: string,
  response: ServerResponse,
  endless: NetworkServer["endless"],
): void {
  const length = Number(searchParams.get("length") ?? "0");
  if (method === "OPTIONS") {
    response.writeHead(204, CORS).end();
    return;
  }
  switch (pathname) {
    case "/hello":
      response.writeHead(200, CORS).end("Hello from a server on another origin.\n");
      return;
    case "/echo":
      response.writeHead(201, { ...CORS, "x-said": "caf\xe9", "set-cookie": "left=behind" }).end(`${method} ${body}`);
      return;
    case "/bytes":
      response.writeHead(200, CORS).end(Buffer.alloc(length, "abcdefgh"));
      return;
    case "/zipped":
      response.writeHead(200, { ...CORS, "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(length, "z")));
      return;
    case "/redirect":
      response.writeHead(302, { ...CORS, location: "/echo?followed" }).end();
      return;
    case "/no-cors":
      response.writeHead(200).end("not for pages of other origins");
      return;
    case "/silent":
      return;
    case "/stalled":
      response.writeHead(200, CORS).write("some");
      return;
    case "/half":
      response.writeHead(200, { ...CORS, "content-length": "100" }).write("half", () => response.destroy());
      return;
    case "/endless":
      giveEndlessly(response, endless);
      return;
    default:
      response.writeHead(404, CORS).end("nothing here");
  }
}

/** Give bytes for as long as somebody takes them. */
function giveEndlessly(response: ServerResponse, endless: NetworkServer["endless"]): void {
  response.writeHead(200, CORS);
  const part = Buffer.alloc(65_536, "e");
  const give = (): void => {
    while (!response.destroyed) {
      endless.given += part.length;
      if (!response.write(part)) return;
    }
  };
  response.on("drain", give);
  response.on("close", () => {
    endless.ended = true;
  });
  give();
}

function converse({ pathname, searchParams }: URL, socket: WebSocket): void {
  const length = Number(searchParams.get("length") ?? "0");
  switch (pathname) {
    case "/flood":
      for (let at = 0; at < Number(searchParams.get("count") ?? "0"); at += 1) socket.send(Buffer.alloc(length, "f"));
      return;
    case "/leave":
      socket.send("the last word");
      socket.close(4321, "gone");
      return;
    default:
      socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
  }
}
