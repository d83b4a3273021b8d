import { connect, createServer, type Socket } from "node:net";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { ioClose } from "../../../../generated/instructions/io.js";
import {
  netTcpAccept,
  netTcpEnd,
  netTcpListen,
  netTcpOpen,
  netTcpRead,
  netTcpWrite,
  netUdpOpen,
  readNetTcpAcceptResults,
  readNetTcpListenResults,
  readNetTcpOpenResults,
  readNetTcpReadResults,
  readNetUdpOpenResults,
} from "../../../../generated/instructions/net.js";
import { failed } from "../testing/program.js";
import {
  heldTimers,
  listening,
  type NetworkProgram,
  type NetworkProgramOptions,
  openNetworkProgram,
  pattern,
  resolverOf,
  resultsOf,
  settled,
  turn,
  until,
} from "./testing/network-program.js";

// TCP against real sockets of this process.
// @spec instructions.net.sockets, instructions.net.read-maximum, instructions.net.one-read, instructions.net.held-writes
// @spec instructions.net.listener-backlog, capabilities.policy.ceilings, capabilities.policy.patience
// @spec capabilities.policy.listen, capabilities.policy.addresses

const QUOTA = "ADP_POLICY_DENIED quota";
const LOCAL = ["tcp://127.0.0.1", "udp://127.0.0.1"];
const waiting = { asynchronous: false } as const;
const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

function opened(options: NetworkProgramOptions = {}): NetworkProgram {
  const program = openNetworkProgram({ network: LOCAL, ...options });
  cleanups.push(() => program.channel.close());
  return program;
}

/** A TCP server, its port, and what has connected. */
async function serve(
  action: (socket: Socket) => void = (socket) => void socket.resume().on("end", () => socket.end()),
): Promise<{ port: number; sockets: Set<Socket> }> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    action(socket);
  });
  const port = await listening(server);
  cleanups.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { port, sockets };
}

async function tcp({ ask }: NetworkProgram, port: number, host = "127.0.0.1"): Promise<number> {
  return readNetTcpOpenResults(resultsOf(await ask(netTcpOpen(host, port, waiting)))).socket;
}

async function read({ ask }: NetworkProgram, socket: number, maximum = 65_536): Promise<Uint8Array> {
  return readNetTcpReadResults(resultsOf(await ask(netTcpRead(socket, maximum, waiting)))).data;
}

async function readToEnd(program: NetworkProgram, socket: number, maximum: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for (;;) {
    const part = await read(program, socket, maximum);
    if (part.length === 0) return Buffer.concat(parts);
    expect(part.length).toBeLessThanOrEqual(maximum);
    parts.push(part);
  }
}

describe("tcp", () => {
  it("carries any bytes in order, both ways, in parts of any size", async () => {
    const { port, sockets } = await serve((socket) => socket.pipe(socket));
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(fc.nat(50_000), fc.nat(255)).map(([length, seed]) => pattern(length, seed)),
          { maxLength: 5 },
        ),
        fc.integer({ min: 1, max: 70_000 }),
        async (whole, maximum) => {
          // Not so long that it takes hundreds of thousands of reads.
          const parts = whole.map((part) => part.subarray(0, maximum * 20));
          const program = opened();
          const socket = await tcp(program, port);
          for (const part of parts) resultsOf(await program.ask(netTcpWrite(socket, part, waiting)));
          program.done(netTcpEnd(socket));
          expect((await readToEnd(program, socket, maximum)).equals(Buffer.concat(parts))).toBe(true);
          expect(await read(program, socket)).toHaveLength(0);
          program.channel.close();
        },
      ),
      { numRuns: 15 },
    );
    await until(() => sockets.size === 0);
  });

  it("takes from the peer only what the program reads", async () => {
    const part = Buffer.alloc(65_536);
    let written = 0;
    const { port } = await serve((socket) => {
      const more = (): void => {
        while (written < 1024 * part.length) {
          written += part.length;
          if (!socket.write(part)) return;
        }
        socket.end();
      };
      socket.on("drain", more);
      more();
    });
    const program = opened();
    const socket = await tcp(program, port);
    // What the kernel holds for both ends is some mebibytes.
    expect(await settled(() => written)).toBeLessThan(24 * 1_048_576);
    expect(await read(program, socket, 1)).toHaveLength(1);
  });

  it("refuses a second read while one waits, and ends the first with the handle", async () => {
    const { port, sockets } = await serve();
    const program = opened();
    const socket = await tcp(program, port);
    const first = program.ask(netTcpRead(socket, 1, waiting));
    expect(await program.ask(netTcpRead(socket, 1, waiting))).toBe(failed("invalid_argument"));
    program.done(ioClose(socket));
    expect(await first).toBe(failed("interrupted"));
    expect(await program.ask(netTcpRead(socket, 1, waiting))).toBe(failed("bad_handle"));
    await until(() => sockets.size === 0);
  });

  it("refuses a maximum above a mebibyte", async () => {
    const { port } = await serve();
    const program = opened();
    const socket = await tcp(program, port);
    expect(await program.ask(netTcpRead(socket, 1_048_577, waiting))).toBe(failed("too_large"));
  });

  it("refuses writes behind four times message_bytes that wait, and after the end", async () => {
    const { port } = await serve((socket) => socket.pause());
    const program = opened({ ceilings: { message_bytes: 500_000 } });
    const socket = await tcp(program, port);
    const answers: (string | undefined)[] = [];
    const data = new Uint8Array(1_000_000);
    const writes = Array.from({ length: 40 }, () =>
      program.ask(netTcpWrite(socket, data, waiting)).then((answer) => {
        answers.push(typeof answer === "string" ? answer : undefined);
      }),
    );
    // Also the first one, of which the host may take the last part only when the peer's end has made room.
    await until(() => answers.includes(QUOTA) && answers.includes(undefined));
    program.done(netTcpEnd(socket));
    expect(await program.ask(netTcpWrite(socket, data, waiting))).toBe(failed("unavailable"));
    program.done(ioClose(socket));
    await Promise.all(writes);
    expect(new Set(answers)).toEqual(new Set([undefined, QUOTA, failed("interrupted")]));
  });

  it("says unavailable where nobody listens and where the peer resets, with the host's code behind it", async () => {
    const program = opened();
    const { port, sockets } = await serve();
    const gone = createServer();
    const goneAt = await listening(gone);
    await new Promise((resolve) => gone.close(resolve));
    expect(await program.ask(netTcpOpen("127.0.0.1", goneAt, waiting))).toBe(failed("unavailable"));
    expect(program.nativeCode()).toBe("ECONNREFUSED");
    const socket = await tcp(program, port);
    await until(() => sockets.size === 1);
    for (const one of sockets) one.resetAndDestroy();
    expect(await program.ask(netTcpRead(socket, 1, waiting))).toBe(failed("unavailable"));
    expect(program.nativeCode()).toBe("ECONNRESET");
  });

  it("refuses what is no host and no port before anybody is asked", () => {
    const network = resolverOf({});
    const program = opened({ network: ["tcp://*"], services: { network } });
    for (const [host, port] of [
      ["127.1", 80],
      ["fe80::1%lo", 80],
      ["a b", 80],
      ["", 80],
      ["example.org", 0],
      ["example.org", 65_536],
    ] as const) {
      expect([host, port, program.refused(netTcpOpen(host, port, waiting))]).toEqual([
        host,
        port,
        failed("invalid_argument"),
      ]);
    }
    expect(network.asked).toEqual([]);
  });

  it("gives up a name that is not answered, and stops with the instance", async () => {
    const timers = heldTimers();
    const silent = { resolve: () => new Promise<readonly string[]>(() => {}) };
    const program = opened({ network: ["tcp://example.org"], services: { timers, network: silent } });
    const first = program.ask(netTcpOpen("example.org", 80, waiting));
    timers.fireAll();
    expect(await first).toBe(failed("timed_out"));
    const second = program.ask(netTcpOpen("example.org", 80, waiting));
    program.channel.close();
    expect(await second).toBe(failed("interrupted"));
    expect(timers.waiting.size).toBe(0);
  });
});

describe("ceilings of connections", () => {
  it("hold for what is open at once, and give the place back with the handle", async () => {
    const { port } = await serve((socket) => socket.end());
    const program = opened({ ceilings: { connections: 2 } });
    const first = await tcp(program, port);
    const udp = readNetUdpOpenResults(resultsOf(await program.ask(netUdpOpen(4, waiting)))).socket;
    expect(await program.ask(netTcpOpen("127.0.0.1", port, waiting))).toBe(QUOTA);
    expect(await program.ask(netUdpOpen(4, waiting))).toBe(QUOTA);
    program.done(ioClose(udp));
    const second = await tcp(program, port);
    program.done(ioClose(first));
    program.done(ioClose(second));
    for (let round = 0; round < 5; round += 1) program.done(ioClose(await tcp(program, port)));
  });

  it("hold within any second", async () => {
    const { port } = await serve();
    let now = 0n;
    const clock = { monotonicNanoseconds: () => now, unixNanoseconds: () => 0n };
    const program = opened({ ceilings: { connections_per_second: 3, connections: 100 }, services: { clock } });
    const open = (): Promise<unknown> => program.ask(netTcpOpen("127.0.0.1", port, waiting));
    for (const at of [0n, 400_000_000n, 500_000_000n]) {
      now = at;
      expect(typeof (await open())).toBe("object");
    }
    now = 999_999_999n;
    expect(await open()).toBe(QUOTA);
    now = 1_000_000_000n;
    expect(typeof (await open())).toBe("object");
    expect(await open()).toBe(QUOTA);
    now = 1_400_000_000n;
    expect(typeof (await open())).toBe("object");
  });

  it("count for each instance alone", async () => {
    const { port } = await serve();
    const one = opened({ ceilings: { connections: 1 } });
    const other = opened({ ceilings: { connections: 1 } });
    await tcp(one, port);
    await tcp(other, port);
    expect(await one.ask(netTcpOpen("127.0.0.1", port, waiting))).toBe(QUOTA);
  });

  it("are not used up by names that lead nowhere", async () => {
    const { port } = await serve();
    const network = resolverOf({ "private.test": [["10.0.0.1"]] });
    const program = opened({ ceilings: { connections: 1 }, network: [...LOCAL, "tcp://*"], services: { network } });
    for (let at = 0; at < 3; at += 1) {
      expect(await program.ask(netTcpOpen("private.test", port, waiting))).toBe("ADP_POLICY_DENIED access_denied");
      expect(await program.ask(netTcpOpen("missing.test", port, waiting))).toBe(failed("unavailable"));
    }
    await tcp(program, port);
  });

  it("allow nothing where they are 0", async () => {
    const program = opened({ ceilings: { connections: 0 }, listen: ["tcp://127.0.0.1"] });
    expect(await program.ask(netTcpOpen("127.0.0.1", 1, waiting))).toBe(QUOTA);
    expect(await program.ask(netTcpListen("127.0.0.1", 0, waiting))).toBe(QUOTA);
  });
});

describe("tcp listeners", () => {
  const listen = ["tcp://127.0.0.1"];
  const listener = async (program: NetworkProgram): Promise<{ listener: number; port: number }> =>
    readNetTcpListenResults(resultsOf(await program.ask(netTcpListen("127.0.0.1", 0, waiting))));
  const dial = (port: number): Socket => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {});
    cleanups.push(() => socket.destroy());
    return socket;
  };

  it("accept connections in their order and say where they came from", async () => {
    const program = opened({ listen });
    const { listener: handle, port } = await listener(program);
    const pending = program.ask(netTcpAccept(handle, waiting));
    expect(await program.ask(netTcpAccept(handle, waiting))).toBe(failed("invalid_argument"));
    const peer = dial(port);
    peer.write("hello");
    const { socket, address, port: from } = readNetTcpAcceptResults(resultsOf(await pending));
    expect([address, from]).toEqual(["127.0.0.1", peer.localPort]);
    expect(Buffer.from(await read(program, socket)).toString()).toBe("hello");
    resultsOf(await program.ask(netTcpWrite(socket, Buffer.from("good bye"), waiting)));
    program.done(netTcpEnd(socket));
    let heard = "";
    for await (const part of peer) heard += String(part);
    expect(heard).toBe("good bye");
  });

  it("hold no more than 16 that nobody accepted", async () => {
    const program = opened({ listen, ceilings: { connections: 64 } });
    const { listener: handle, port } = await listener(program);
    let closed = 0;
    const peers = Array.from({ length: 40 }, () =>
      dial(port)
        .on("close", () => (closed += 1))
        .resume(),
    );
    await until(() => closed === 24);
    for (let at = 0; at < 16; at += 1) resultsOf(await program.ask(netTcpAccept(handle, waiting)));
    expect(await settled(() => closed)).toBe(24);
    expect(peers).toHaveLength(40);
  });

  it("leave a connection where it is while the program has no place for it", async () => {
    const program = opened({ listen, ceilings: { connections: 2 } });
    const { listener: handle, port } = await listener(program);
    dial(port);
    dial(port);
    const { socket } = readNetTcpAcceptResults(resultsOf(await program.ask(netTcpAccept(handle, waiting))));
    expect(await program.ask(netTcpAccept(handle, waiting))).toBe(QUOTA);
    program.done(ioClose(socket));
    resultsOf(await program.ask(netTcpAccept(handle, waiting)));
  });

  it("say already_exists at a port that is taken, and free it with the handle", async () => {
    const program = opened({ listen });
    const { listener: handle, port } = await listener(program);
    expect(await program.ask(netTcpListen("127.0.0.1", port, waiting))).toBe(failed("already_exists"));
    expect(program.nativeCode()).toBe("EADDRINUSE");
    const pending = program.ask(netTcpAccept(handle, waiting));
    program.done(ioClose(handle));
    expect(await pending).toBe(failed("interrupted"));
    await until(async () => typeof (await program.ask(netTcpListen("127.0.0.1", port, waiting))) !== "string");
  });

  it("say unavailable at an address that is not the host's", async () => {
    const program = opened({ listen: ["tcp://192.0.2.1"] });
    expect(await program.ask(netTcpListen("192.0.2.1", 8080, waiting))).toBe(failed("unavailable"));
    expect(program.nativeCode()).toBe("EADDRNOTAVAIL");
  });

  it("end with the instance: the port is free and who waited is cut off", async () => {
    const program = opened({ listen });
    const { port } = await listener(program);
    let closed = false;
    dial(port)
      .on("close", () => (closed = true))
      .resume();
    await turn();
    program.channel.close();
    await until(() => closed);
    const next = opened({ listen: [`tcp://127.0.0.1:${port}`] });
    await until(async () => typeof (await next.ask(netTcpListen("127.0.0.1", port, waiting))) !== "string");
  });
});
