import { createServer as createTcpServer } from "node:net";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import {
  netHttpRequest,
  netNameLookup,
  netTcpListen,
  netTcpOpen,
  netUdpOpen,
  netUdpSend,
  netWebsocketOpen,
  readNetUdpOpenResults,
} from "../../../../generated/instructions/net.js";
import { is } from "../../../errors/fayger-error.js";
import { failed } from "../testing/program.js";
import { networkFailure, WHEN_LISTENING } from "./network-failure.js";
import {
  listening,
  type NetworkProgram,
  openNetworkProgram,
  resolverOf,
  resultsOf,
} from "./testing/network-program.js";

// Whatever the host's network fails with reaches the program as one of the table's errors, with the host's code behind it.
// @spec adapters.host-errors, instructions.host-errors

const waiting = { asynchronous: false } as const;
const NOTHING = new Uint8Array(0);
const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

function opened(resolve: () => Promise<readonly string[]> = () => Promise.resolve(["127.0.0.1"])): NetworkProgram {
  const schemes = ["http", "https", "ws", "tcp", "udp"];
  const network = schemes.flatMap((scheme) => [`${scheme}://*:*`, `${scheme}://127.0.0.1:*`]);
  const rules = [...network, "udp://255.255.255.255"];
  const program = openNetworkProgram({
    network: rules,
    listen: ["tcp://127.0.0.1"],
    services: { network: { resolve } },
  });
  cleanups.push(() => program.channel.close());
  return program;
}

const begin: Readonly<Record<string, (host: string, port: number) => Uint8Array>> = {
  http_request: (host, port) => netHttpRequest("GET", `http://${host}:${port}/`, [], NOTHING, waiting),
  websocket_open: (host, port) => netWebsocketOpen(`ws://${host}:${port}/`, [], waiting),
  tcp_open: (host, port) => netTcpOpen(host, port, waiting),
};

describe("failures of the network", () => {
  it.each(Object.keys(begin))("%s: nobody listens, and the name has no address", async (name) => {
    const gone = createTcpServer();
    const port = await listening(gone);
    await new Promise((resolve) => gone.close(resolve));
    const program = opened();
    expect(await program.ask(begin[name]?.("127.0.0.1", port) ?? NOTHING)).toBe(failed("unavailable"));
    expect(program.nativeCode()).toBe("ECONNREFUSED");
    const nameless = openNetworkProgram({
      network: ["http://*", "ws://*", "tcp://*"],
      services: { network: resolverOf({}) },
    });
    expect(await nameless.ask(begin[name]?.("no.test", 80) ?? NOTHING)).toBe(failed("unavailable"));
    expect(nameless.nativeCode()).toBe("ENOTFOUND");
    nameless.channel.close();
  });

  it.each(["http_request", "websocket_open"])("%s: the peer answers rubbish, or cuts off", async (name) => {
    const rubbish = createTcpServer((socket) =>
      socket.on("error", () => {}).once("data", () => socket.end("rubbish\r\n")),
    );
    const cut = createTcpServer((socket) => socket.on("error", () => {}).once("data", () => socket.resetAndDestroy()));
    cleanups.push(
      () => rubbish.close(),
      () => cut.close(),
    );
    const [rubbishAt, cutAt] = [await listening(rubbish), await listening(cut)];
    const program = opened();
    expect(await program.ask(begin[name]?.("a.test", rubbishAt) ?? NOTHING)).toBe(failed("unavailable"));
    expect(program.nativeCode()).toBe("HPE_INVALID_CONSTANT");
    expect(await program.ask(begin[name]?.("a.test", cutAt) ?? NOTHING)).toBe(failed("unavailable"));
    expect(program.nativeCode()).toBe("ECONNRESET");
  });

  it.each([
    ["HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n", undefined],
    ["HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "HPE_INVALID_CONTENT_LENGTH"],
    ["HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "HPE_INVALID_TRANSFER_ENCODING"],
  ])("the peer answers what no request asked for: %j", async (head, code) => {
    const server = createTcpServer((socket) => socket.on("error", () => {}).once("data", () => socket.write(head)));
    const port = await listening(server);
    cleanups.push(() => server.close());
    const program = opened();
    expect(await program.ask(begin["http_request"]?.("a.test", port) ?? NOTHING)).toBe(failed("unavailable"));
    expect(program.nativeCode()).toBe(code);
  });

  it("the host refuses a broadcast, which needs a right no program gets", async () => {
    const program = opened();
    const { socket } = readNetUdpOpenResults(resultsOf(await program.ask(netUdpOpen(4, waiting))));
    const answer = await program.ask(netUdpSend(socket, "255.255.255.255", 9, NOTHING, waiting));
    expect([answer, program.nativeCode()]).toEqual([failed("unavailable"), "EACCES"]);
  });

  it("the host refuses to listen: who may not and who comes too late learn different things", async () => {
    const refused = networkFailure("listen", Object.assign(new Error(), { code: "EACCES" }), WHEN_LISTENING);
    expect(refused.hostError).toBe("access_denied");
    const server = createTcpServer();
    const port = await listening(server);
    cleanups.push(() => server.close());
    const program = opened();
    expect(await program.ask(netTcpListen("127.0.0.1", port, waiting))).toBe(failed("already_exists"));
    expect(program.nativeCode()).toBe("EADDRINUSE");
  });

  it("a resolver may fail with anything: the program learns no more than its errors", async () => {
    const named = fc.constantFrom(
      "ENOTFOUND",
      "EAI_AGAIN",
      "ETIMEDOUT",
      "EACCES",
      "EEXIST",
      "EISDIR",
      "EMFILE",
      "ABORT_ERR",
    );
    const errors = ["invalid_argument", "too_large", "timed_out", "interrupted", "unavailable"].map(failed);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(named, fc.string()),
        fc.constantFrom(...Object.values(begin)),
        async (code, encoded) => {
          const program = opened(() => Promise.reject(Object.assign(new Error("/secret/path"), { code })));
          expect(errors).toContain(await program.ask(encoded("a.test", 80)));
          const error = program.channel.lastError;
          expect(is(error?.cause, "HOST_ERROR")).toBe(true);
          expect(JSON.stringify(error?.toJSON())).not.toContain("secret");
          expect([failed("not_found"), ...errors]).toContain(await program.ask(netNameLookup("a.test", waiting)));
          program.channel.close();
        },
      ),
      { numRuns: 60 },
    );
  });
});
