import { spawn } from "node:child_process";
import { once } from "node:events";
import { PassThrough, type Writable } from "node:stream";
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { HostFailure } from "../host-failure.js";
import { WaitingInput } from "./waiting-input.js";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const never = (): AbortSignal => new AbortController().signal;

/** Everything up to the end of the input. */
async function readAll(input: WaitingInput, maxima: readonly number[]): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for (let at = 0; ; at += 1) {
    const maximum = maxima[at % maxima.length] ?? 1;
    const data = await input.read(maximum, never());
    if (data.length === 0) return Buffer.concat(parts);
    expect(data.length).toBeLessThanOrEqual(maximum);
    parts.push(data);
  }
}

// @spec instructions.io.stdio, instructions.io.stdio.waiting
describe("input that is waited for", () => {
  const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 30 }), { maxLength: 12 });
  test.prop([chunks, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 })], { numRuns: 100 })(
    "comes whole and in order, however it is cut and whenever it comes",
    async (pieces, maxima) => {
      const stream = new PassThrough();
      const input = new WaitingInput(() => stream);
      const read = readAll(input, maxima);
      for (const [index, piece] of pieces.entries()) {
        stream.write(piece);
        if (index % 2 === 0) await new Promise(setImmediate);
      }
      stream.end();
      expect(await read).toEqual(Buffer.concat(pieces));
      expect(await input.read(5, never())).toHaveLength(0);
    },
  );

  it("goes to whoever asked first, and what is over to the next", async () => {
    const stream = new PassThrough();
    const input = new WaitingInput(() => stream);
    const first = input.read(2, never());
    const second = input.read(10, never());
    stream.write("abcdef");
    expect(await first).toEqual(text("ab"));
    expect(await second).toEqual(text("cdef"));
    const third = input.read(1, never());
    stream.write("xyz");
    expect(await third).toEqual(text("x"));
    // What is there is given at once.
    expect(input.read(10, never())).toEqual(text("yz"));
    expect(input.read(0, never())).toHaveLength(0);
  });

  it("is left for others by who does not want it any more", async () => {
    const stream = new PassThrough();
    const input = new WaitingInput(() => stream);
    const gone = new AbortController();
    const [given, up] = [input.read(3, gone.signal), input.read(3, gone.signal)] as Promise<Uint8Array>[];
    const rejections = Promise.allSettled([given, up]);
    const stays = input.read(3, never());
    gone.abort();
    stream.write("one");
    for (const { status, ...rest } of await rejections) {
      expect(status).toBe("rejected");
      expect((rest as { reason: unknown }).reason).toBeInstanceOf(HostFailure);
    }
    expect(await stays).toEqual(text("one"));
    await expect(Promise.resolve(input.read(3, AbortSignal.abort()))).rejects.toThrow(HostFailure);
    // Nobody waits: the stream is not read, and keeps what comes.
    stream.write("two");
    await new Promise(setImmediate);
    expect(stream.readableLength).toBe(3);
    expect(["data", "end", "close", "error", "pause"].map((name) => stream.listenerCount(name))).not.toContain(2);
    expect(await input.read(3, never())).toEqual(text("two"));
  });

  it("is waited for again where whoever shares the stream pauses it", async () => {
    const stream = new PassThrough();
    const input = new WaitingInput(() => stream);
    const waiting = input.read(5, never());
    const other = (): void => undefined;
    stream.on("data", other).off("data", other).pause();
    stream.write("later");
    expect(await waiting).toEqual(text("later"));
  });

  it("that fails says so to everybody who waits, and to who asks later", async () => {
    const stream = new PassThrough();
    const input = new WaitingInput(() => stream);
    const waiting = Promise.allSettled([input.read(1, never()), input.read(1, never())]);
    stream.destroy(Object.assign(new Error("read EIO"), { code: "EIO" }));
    expect((await waiting).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(() => input.read(1, never())).toThrow("read EIO");
  });

  it("that ended before anybody asked is at its end", async () => {
    const stream = new PassThrough();
    stream.end();
    stream.resume();
    await once(stream, "close");
    expect(await new WaitingInput(() => stream).read(1, never())).toHaveLength(0);
  });
});

/** A process that reads what it is sent, and tells on standard output what it finds. */
function reader(script: string): {
  readonly input: Writable;
  readonly told: () => string;
  readonly ended: Promise<number>;
} {
  const streams = JSON.stringify(new URL("./standard-streams.ts", import.meta.url).href);
  const code = `import { descriptorStreams as streams } from ${streams};\n${script}`;
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", code], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  let told = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    told += text;
  });
  return { input: child.stdin, told: () => told, ended: once(child, "close").then(([code]) => code as number) };
}

// @spec instructions.io.stdio.waiting
describe("standard input of a process", () => {
  it("does not hold its thread where it is a pipe, and lets it end with somebody waiting no more", async () => {
    const child = reader(`
      const gone = new AbortController();
      const first = streams.readInput(100, gone.signal);
      setTimeout(() => process.stdout.write("goes on "), 1);
      process.stdout.write(Buffer.from(await first));
      const second = streams.readInput(100, gone.signal);
      second.catch((error) => process.stdout.write(error.hostError));
      gone.abort();
    `);
    await expect.poll(child.told).toBe("goes on ");
    child.input.write("typed ");
    // Its input is open still: nothing keeps it but what it waits for.
    expect(await child.ended).toBe(0);
    expect(child.told()).toBe("goes on typed interrupted");
  });

  it("is waited for with the thread by who cannot wait otherwise", async () => {
    const child = reader(`
      setTimeout(() => process.stdout.write("later"), 1);
      process.stdout.write("reads ");
      const data = streams.readInput(100);
      process.stdout.write(Buffer.from(data));
    `);
    await expect.poll(child.told).toBe("reads ");
    child.input.write("typed ");
    expect(await child.ended).toBe(0);
    expect(child.told()).toBe("reads typed later");
  });
});
