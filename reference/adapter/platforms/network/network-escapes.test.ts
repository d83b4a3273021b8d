import { createSocket } from "node:dgram";
import { createServer } from "node:http";
import { connect, createServer as createTcpServer } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import {
  netHttpOpen,
  netHttpRequest,
  netNameLookup,
  netTcpListen,
  netTcpOpen,
  netUdpListen,
  netUdpOpen,
  netUdpSend,
  netWebsocketOpen,
  netWebsocketReceive,
  readNetHttpRequestResults,
  readNetTcpListenResults,
  readNetUdpListenResults,
  readNetUdpOpenResults,
  readNetWebsocketOpenResults,
} from "../../../../generated/instructions/net.js";
import { DENIED, failed } from "../testing/program.js";
import {
  listening,
  type NetworkProgram,
  type NetworkProgramOptions,
  openNetworkProgram,
  resolverOf,
  resultsOf,
  settled,
  until,
} from "./testing/network-program.js";

// Ways out that a program may try through the network, each against a real server that must not hear of it.
// @spec instructions.net.policy, capabilities.policy.network, capabilities.policy.private-addresses
// @spec capabilities.policy.rebinding, capabilities.policy.listen, instructions.net.http-redirects
// @spec instructions.net.http-request, instructions.net.http-bounds, instructions.close, adapters.cancel

const waiting = { asynchronous: false } as const;
const NOTHING = new Uint8Array(0);
const INVALID = failed("invalid_argument");
const QUOTA = "ADP_POLICY_DENIED quota";

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** What reached the server: connections and requests. */
const heard: string[] = [];
const sockets = new Set<WebSocket>();
const server = createServer((request, response) => {
  heard.push(`${request.method} ${request.headers.host}${request.url}`);
  if (request.url === "/redirect") response.writeHead(302, { Location: `http://127.0.0.1:${port}/secret` }).end();
  else response.end("inside");
});
const webSockets = new WebSocketServer({ server });
webSockets.on("connection", (socket) => {
  sockets.add(socket);
  socket.on("error", () => {}).on("close", () => sockets.delete(socket));
});
let connections = 0;
let port = 0;
beforeAll(async () => {
  server.on("connection", () => (connections += 1));
  port = await listening(server);
});
afterAll(() => {
  webSockets.close();
  server.close();
  server.closeAllConnections();
});

function opened(options: NetworkProgramOptions): NetworkProgram {
  const program = openNetworkProgram(options);
  cleanups.push(() => program.channel.close());
  return program;
}

const request = (url: string): Uint8Array => netHttpRequest("GET", url, [], NOTHING, waiting);
const everywhere = ["http", "https", "ws", "wss", "tcp", "udp"].flatMap((scheme) => [`${scheme}://*:*`]);

/** Nothing of what an action did reached the server. */
async function unheard(action: () => Promise<void>): Promise<void> {
  const before = [connections, heard.length];
  await action();
  expect(await settled(() => connections)).toBe(before[0]);
  expect(heard.length).toBe(before[1]);
}

describe("names that change what they mean", () => {
  it("a second answer of the resolver, another than the one that was judged, leads nowhere", async () => {
    const network = resolverOf({ "rebind.test": [["127.0.0.1"], ["127.0.0.2"]] });
    const program = opened({ network: ["http://rebind.test:*", "http://127.0.0.1:*"], services: { network } });
    const url = `http://rebind.test:${port}/`;
    // One look-up a request: the one that is judged is the one that is connected to.
    expect(Buffer.from(readNetHttpRequestResults(resultsOf(await program.ask(request(url)))).body).toString()).toBe(
      "inside",
    );
    expect(network.asked).toEqual(["rebind.test"]);
    await unheard(async () => expect(await program.ask(request(url))).toBe(DENIED));
    expect(network.asked).toEqual(["rebind.test", "rebind.test"]);
  });

  it("a public name with a private address is refused", async () => {
    const network = resolverOf({ "public.test": [["127.0.0.1"]] });
    const program = opened({ network: everywhere, services: { network } });
    await unheard(async () => {
      expect(await program.ask(request(`http://public.test:${port}/`))).toBe(DENIED);
      expect(await program.ask(netHttpOpen("GET", `http://public.test:${port}/`, [], NOTHING, waiting))).toBe(DENIED);
      expect(await program.ask(netWebsocketOpen(`ws://public.test:${port}/`, [], waiting))).toBe(DENIED);
      expect(await program.ask(netTcpOpen("public.test", port, waiting))).toBe(DENIED);
      expect(await program.ask(netNameLookup("public.test", waiting))).toBe(DENIED);
    });
  });

  it("one private address among public ones is enough to be refused, wherever it stands", async () => {
    const some = ["93.184.216.34", "2606:2800:220:1::1"];
    for (const bad of ["127.0.0.1", "::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "fe80::1%lo", "not an address"]) {
      const network = resolverOf({
        "mixed.test": [
          [...some, bad],
          [bad, ...some],
        ],
      });
      const program = opened({ network: everywhere, services: { network } });
      await unheard(async () => {
        for (let at = 0; at < 2; at += 1)
          expect(await program.ask(netTcpOpen("mixed.test", port, waiting))).toBe(DENIED);
      });
    }
  });

  it("a name that no rule names is not even looked up: its letters would be a message", async () => {
    const network = resolverOf({});
    const rules = ["http://example.org", "tcp://127.0.0.1", "udp://10.0.0.0/8", "ws://*.example.org"];
    const program = opened({ network: rules, services: { network } });
    expect(await program.ask(request("http://secret.evil.test/"))).toBe(DENIED);
    expect(await program.ask(netTcpOpen("secret.evil.test", 80, waiting))).toBe(DENIED);
    expect(await program.ask(netNameLookup("secret.evil.test", waiting))).toBe(DENIED);
    expect(await program.ask(netWebsocketOpen("ws://example.org.evil.test/", [], waiting))).toBe(DENIED);
    const { socket } = readNetUdpOpenResults(resultsOf(await program.ask(netUdpOpen(4, waiting))));
    expect(await program.ask(netUdpSend(socket, "secret.evil.test", 53, NOTHING, waiting))).toBe(DENIED);
    expect(network.asked).toEqual([]);
  });
});

describe("private addresses in every spelling", () => {
  const spellings = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "0x7f.1",
    "0x7f000001",
    "0177.0.0.1",
    "2130706433",
    "017700000001",
    "127.0.0.1.",
    "%31%32%37.0.0.1",
    "\uff11\uff12\uff17.0.0.1",
    "127\u30020\u30020\u30021",
    "0",
    "0.0.0.0",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[2002:7f00:1::]",
    "localhost",
    "LocalHost",
    "localhost.",
    "\u24db\u24de\u24d2alhost",
  ];
  it.each(spellings)("%s is reached by no wildcard", async (spelling) => {
    const program = opened({ network: everywhere });
    await unheard(async () => {
      expect([DENIED, INVALID]).toContain(await program.ask(request(`http://${spelling}:${port}/`)));
      expect([DENIED, INVALID]).toContain(
        await program.ask(netWebsocketOpen(`ws://${spelling}:${port}/`, [], waiting)),
      );
      expect([DENIED, INVALID]).toContain(await program.ask(netTcpOpen(spelling, port, waiting)));
    });
  });

  it.each(["[fe80::1%25lo]", "[::1%25lo]", "[fe80::1%lo]"])("%s, with a zone, is no host", async (spelling) => {
    const program = opened({
      network: [...everywhere, "http://[fe80::]/10:*", "tcp://[fe80::]/10", "tcp://localhost"],
    });
    expect(program.refused(request(`http://${spelling}:${port}/`))).toBe(INVALID);
    expect(program.refused(netTcpOpen(spelling.slice(1, -1), port, waiting))).toBe(INVALID);
  });
});

describe("addresses that say more than where", () => {
  it("a user's name or a password is refused", () => {
    const program = opened({ network: everywhere });
    for (const who of ["name@", "name:word@", ":word@", "example.org@"]) {
      expect([who, program.refused(request(`http://${who}127.0.0.1:${port}/`))]).toEqual([who, INVALID]);
      expect(program.refused(netWebsocketOpen(`ws://${who}127.0.0.1:${port}/`, [], waiting))).toBe(INVALID);
    }
  });

  it("line ends in a method, a header or an address never make a second request", async () => {
    const program = opened({ network: [`http://127.0.0.1:${port}`] });
    const url = `http://127.0.0.1:${port}/`;
    const line = "\r\nX-Injected: yes\r\n\r\nGET /secret HTTP/1.1\r\n";
    const ask = (method: string, to: string, headers: readonly string[]): Promise<unknown> =>
      program.ask(
        netHttpRequest(
          method,
          to,
          headers.map((value) => ({ type: "text", value })),
          NOTHING,
          waiting,
        ),
      );
    await unheard(async () => {
      expect(await ask(`GET / HTTP/1.1${line}`, url, [])).toBe(INVALID);
      expect(await ask("GET", `${url}${line}`, [])).toBe(INVALID);
      expect(await ask("GET", `http://127.0.0.1:${port}${line}/`, [])).toBe(INVALID);
      expect(await ask("GET", url, [`X${line}`, "value"])).toBe(INVALID);
      for (const end of ["\r\n", "\n", "\r", "\0", "\u010d\u010a", "\u2028"]) {
        expect(await ask("GET", url, ["X-Name", `value${end}X-Injected: yes`])).toBe(INVALID);
        expect(await ask("GET", `${url}${end === "\u2028" || end === "\u010d\u010a" ? "\n" : end}`, [])).toBe(INVALID);
      }
      for (const name of ["Host", "Transfer-Encoding", "Content-Length", "Connection", "Upgrade", "Proxy-Connection"]) {
        expect(await ask("POST", url, [name, "x"])).toBe(INVALID);
      }
    });
  });
});

describe("peers that lead elsewhere or give too much", () => {
  it("a redirect to a forbidden host is an answer and nothing more", async () => {
    const program = opened({ network: [`http://127.0.0.1:${port}`] });
    const before = heard.length;
    const answer = readNetHttpRequestResults(
      resultsOf(await program.ask(request(`http://127.0.0.1:${port}/redirect`))),
    );
    expect(answer.httpStatus).toBe(302);
    expect(heard.slice(before)).toEqual([`GET 127.0.0.1:${port}/redirect`]);
  });

  it("a redirect of a WebSocket is a failure and nothing more", async () => {
    const away = createServer((_request, response) => response.end());
    away.on("upgrade", (_request, socket) => {
      socket.end(`HTTP/1.1 302 Found\r\nLocation: ws://127.0.0.1:${port}/\r\nContent-Length: 0\r\n\r\n`);
    });
    const awayAt = await listening(away);
    cleanups.push(() => away.close());
    const program = opened({ network: ["ws://127.0.0.1:*"] });
    await unheard(async () => {
      expect(await program.ask(netWebsocketOpen(`ws://127.0.0.1:${awayAt}/`, [], waiting))).toBe(failed("unavailable"));
    });
  });

  it("an endless answer, and an endless head, are given up with what may come", async () => {
    const endless = createTcpServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", (data) => {
        const isHead = data.toString().startsWith("GET /head");
        socket.write(isHead ? "HTTP/1.1 200 OK\r\n" : "HTTP/1.1 200 OK\r\n\r\n");
        const more = (): void => {
          while (!socket.destroyed && socket.write(`X-More: ${"x".repeat(5000)}\r\n`));
        };
        socket.on("drain", more);
        more();
      });
      cleanups.push(() => socket.destroy());
    });
    const at = await listening(endless);
    cleanups.push(() => endless.close());
    const program = opened({ network: ["http://127.0.0.1:*"] });
    expect(await program.ask(request(`http://127.0.0.1:${at}/body`))).toBe(failed("too_large"));
    expect(await program.ask(request(`http://127.0.0.1:${at}/head`))).toBe(failed("unavailable"));
    expect(program.nativeCode()).toBe("HPE_HEADER_OVERFLOW");
  });
});

describe("other ways in and out", () => {
  it("a WebSocket, a connection or a datagram to a host that no rule names is refused", async () => {
    const program = opened({ network: [`http://127.0.0.1:${port}`, "wss://127.0.0.1:*", "udp://127.0.0.1:9"] });
    const udp = createSocket("udp4");
    const datagrams: Buffer[] = [];
    udp.on("message", (data) => datagrams.push(data));
    await new Promise<void>((resolve) => udp.bind(0, "127.0.0.1", resolve));
    cleanups.push(() => udp.close());
    await unheard(async () => {
      expect(await program.ask(netWebsocketOpen(`ws://127.0.0.1:${port}/`, [], waiting))).toBe(DENIED);
      expect(await program.ask(netTcpOpen("127.0.0.1", port, waiting))).toBe(DENIED);
      const { socket } = readNetUdpOpenResults(resultsOf(await program.ask(netUdpOpen(4, waiting))));
      const send = netUdpSend(socket, "127.0.0.1", udp.address().port, Buffer.from("x"), waiting);
      expect(await program.ask(send)).toBe(DENIED);
    });
    expect(datagrams).toEqual([]);
  });

  it("listening on every interface needs a rule that names that address", async () => {
    const program = opened({ network: everywhere, listen: ["tcp://localhost", "udp://localhost", "tcp://*:*"] });
    for (const address of ["0.0.0.0", "::", "192.0.2.1", "::ffff:0.0.0.0"]) {
      expect(program.refused(netTcpListen(address, 0, waiting))).toBe(DENIED);
      expect(program.refused(netUdpListen(address, 0, waiting))).toBe(DENIED);
    }
    for (const address of ["", "localhost", "*", "0", "fe80::1%lo"]) {
      expect(program.refused(netTcpListen(address, 0, waiting))).toBe(INVALID);
    }
    resultsOf(await program.ask(netTcpListen("127.0.0.1", 0, waiting)));
  });

  it("listening at a port of the host's choice needs a rule for every port", async () => {
    const program = opened({ listen: [`tcp://127.0.0.1:${port}`, "udp://127.0.0.1:1-65535"] });
    expect(program.refused(netTcpListen("127.0.0.1", 0, waiting))).toBe(DENIED);
    expect(program.refused(netUdpListen("127.0.0.1", 0, waiting))).toBe(DENIED);
    expect(await program.ask(netTcpListen("127.0.0.1", port, waiting))).toBe(failed("already_exists"));
  });

  it("a flood of connections is stopped by the ceiling, before any of them begins", async () => {
    const program = opened({ network: [`tcp://127.0.0.1:${port}`], ceilings: { connections: 5 } });
    const before = connections;
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => program.ask(netTcpOpen("127.0.0.1", port, waiting))),
    );
    expect(answers.filter((one) => one === QUOTA)).toHaveLength(45);
    expect(await settled(() => connections)).toBe(before + 5);
  });
});

describe("the end of an instance", () => {
  it("leaves no socket open, whatever the program had open or was about to open", async () => {
    const peers = new Set<unknown>();
    const target = createTcpServer((socket) => {
      peers.add(socket);
      socket
        .on("error", () => {})
        .on("close", () => peers.delete(socket))
        .resume();
    });
    const at = await listening(target);
    cleanups.push(() => target.close());
    const local = ["tcp", "udp", "ws", "http"].map((scheme) => `${scheme}://127.0.0.1:*`);
    const program = opened({ network: local, listen: ["tcp://127.0.0.1", "udp://127.0.0.1"] });
    for (let round = 0; round < 3; round += 1) resultsOf(await program.ask(netTcpOpen("127.0.0.1", at, waiting)));
    const web = netWebsocketOpen(`ws://127.0.0.1:${port}/`, [], waiting);
    const { socket } = readNetWebsocketOpenResults(resultsOf(await program.ask(web)));
    const listener = readNetTcpListenResults(resultsOf(await program.ask(netTcpListen("127.0.0.1", 0, waiting))));
    const udp = readNetUdpListenResults(resultsOf(await program.ask(netUdpListen("127.0.0.1", 0, waiting))));
    const pending = [
      program.ask(netWebsocketReceive(socket, waiting)),
      // This server never answers, and these may be at any point of their beginning.
      program.ask(request(`http://127.0.0.1:${at}/`)),
      program.ask(netHttpOpen("GET", `http://127.0.0.1:${at}/`, [], NOTHING, waiting)),
      program.ask(netWebsocketOpen(`ws://127.0.0.1:${at}/`, [], waiting)),
    ];
    const opening = program.ask(netTcpOpen("127.0.0.1", at, waiting));
    await until(() => peers.size >= 6 && sockets.size === 1);
    program.channel.close();
    for (const answer of await Promise.all(pending)) expect(answer).toBe(failed("interrupted"));
    await opening;
    await until(() => peers.size === 0 && sockets.size === 0);
    await until(
      () =>
        new Promise<boolean>((resolve) => {
          const probe = connect(listener.port, "127.0.0.1");
          probe.on("connect", () => probe.destroy()).on("error", () => resolve(true));
          probe.on("close", () => resolve(false));
        }),
    );
    const again = createSocket("udp4");
    await new Promise<void>((resolve) =>
      again.bind({ port: udp.port, address: "127.0.0.1", exclusive: true }, resolve),
    );
    again.close();
  });
});
