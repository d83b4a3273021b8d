import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { LoaderPhase } from "../../generated/enums/loader-phase.js";
import type { BufSource } from "../contracts/buf-source.js";
import { FaygerError } from "../errors/fayger-error.js";
import { createMemorySource } from "./memory-source.js";
import { checkSourceConformance, type SourceConformanceSubject } from "./source-conformance.js";
import { createFileSource } from "./sources/file-source.js";
import { startFaultServer } from "./sources/testing/http-fault-server.js";
import { NGINX, startNginx } from "./sources/testing/nginx.js";
import { createHttpSource } from "./sources/web/http-source.js";

const folder = mkdtempSync(join(tmpdir(), "fayger-source-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The checks that failed, and those that do not apply. */
async function verdict(subject: SourceConformanceSubject): Promise<{ failed: string[]; skipped: string[] }> {
  const report = await checkSourceConformance(subject);
  const names = (passed: false | undefined): string[] =>
    report.checks.filter((check) => check.passed === passed).map((check) => check.name);
  expect(report.passed).toBe(names(false).length === 0);
  for (const { passed, detail } of report.checks) expect(detail === "").toBe(passed === true);
  return { failed: names(false), skipped: names(undefined) };
}

const UNCHANGEABLE = ["notices another size", "notices other bytes", "has its own word for a lost object"];
const PLAIN = ["reads without waiting what it reads with waiting", "fills memory of the caller"];

/** What the documentation shows: four members, and nothing of the loader but two kinds of errors. */
class PagedSource implements BufSource {
  readonly description = "pages";
  protected readonly pages: readonly Uint8Array[];
  protected isClosed = false;

  constructor(bytes: Uint8Array) {
    this.pages = Array.from({ length: Math.ceil(bytes.length / 256) }, (_, at) =>
      bytes.slice(at * 256, at * 256 + 256),
    );
  }

  async size(): Promise<number> {
    return this.pages.reduce((sum, page) => sum + page.length, 0);
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    if (this.isClosed) throw unavailable("closed");
    const found: number[] = [];
    for (let at = offset; at < offset + length; at += 1) {
      const byte = this.pages[Math.floor(at / 256)]?.[at % 256];
      if (byte === undefined) break;
      found.push(byte);
    }
    return Uint8Array.from(found);
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

function unavailable(reason: string): FaygerError {
  return new FaygerError("LDR_SOURCE_UNAVAILABLE", `pages cannot be read: ${reason}`, {
    phase: LoaderPhase.ReadHead,
    source: "pages",
    reason,
  });
}

// @spec loader.source.conformance, loader.source.interface, loader.source.ownership, loader.source.concurrent
// @spec loader.source.stop, loader.source.closed, loader.source.changed, loader.source.description
describe("every source passes", () => {
  test("in memory", async () => {
    const result = await verdict({ make: (bytes) => createMemorySource(bytes) });
    expect(result.failed).toEqual([]);
    expect(result.skipped).toEqual(expect.arrayContaining(UNCHANGEABLE));
  });

  // Node gives its own kind of bytes everywhere, whose `slice` copies nothing. @spec loader.source.memory
  test("in memory, made of a Buffer of Node", async () => {
    const result = await verdict({ make: (bytes) => createMemorySource(Buffer.from(bytes)) });
    expect(result.failed).toEqual([]);
  });

  test("over a file", async () => {
    let path = "";
    let made = 0;
    const result = await verdict({
      make(bytes) {
        made += 1;
        path = join(folder, `object-${made}`);
        writeFileSync(path, bytes);
        return createFileSource(path);
      },
      replace: (bytes) => writeFileSync(path, bytes),
      remove: () => rmSync(path),
    });
    expect(result.failed).toEqual([]);
  });

  test.each(["with entity tags", "without"])("over HTTP %s", async (tags) => {
    const server = await startFaultServer();
    let version = 0;
    const store = (bytes: Uint8Array | undefined): void => {
      version += 1;
      server.object = bytes;
      server.etag = tags === "without" ? undefined : `"${version}"`;
    };
    const result = await verdict({
      make(bytes) {
        store(bytes);
        const url = server.url.replace("//", "//somebody:s3cret@");
        return createHttpSource(`${url}?token=t0ken#part`, { headers: { "x-key": "k3y" }, backoff: { baseMs: 0 } });
      },
      replace: store,
      remove: () => store(undefined),
      secrets: ["somebody", "s3cret", "t0ken", "k3y"],
      patience: () => wait(20_000, undefined, { ref: false }),
    });
    expect(result.failed).toEqual([]);
    expect(result.skipped).toEqual(tags === "without" ? [...PLAIN, "notices other bytes"] : PLAIN);
    await server.idle();
    await server.close();
  });

  test.skipIf(NGINX === undefined)(
    `over nginx${NGINX === undefined ? " (skipped: there is no nginx here)" : ""}`,
    async () => {
      const server = await startNginx(NGINX as string);
      let name = "";
      let made = 0;
      const result = await verdict({
        make(bytes) {
          made += 1;
          name = `object-${made}`;
          server.put(name, bytes);
          return createHttpSource(`${server.origin}/${name}`, { backoff: { baseMs: 0 } });
        },
        replace: (bytes) => server.put(name, bytes),
        remove: () => server.remove(name),
      });
      await server.close();
      expect(result).toEqual({ failed: [], skipped: PLAIN });
    },
  );

  test("of a user's own, with four members", async () => {
    const result = await verdict({ make: (bytes) => new PagedSource(bytes) });
    expect(result).toEqual({ failed: [], skipped: [...PLAIN, ...UNCHANGEABLE] });
  });
});

/** Sources that are wrong on purpose, and the checks that must say so. */
const WRONG: readonly (readonly [string, string[], (bytes: Uint8Array) => BufSource])[] = [
  [
    "tells a size one too large",
    ["tells its size", "opens both ends"],
    (bytes) =>
      new (class extends PagedSource {
        override async size(): Promise<number> {
          return (await super.size()) + 1;
        }
      })(bytes),
  ],
  [
    "reads one byte too many",
    ["reads at every edge", "reads nothing where nothing is asked for"],
    (bytes) =>
      new (class extends PagedSource {
        override read(offset: number, length: number): Promise<Uint8Array> {
          return super.read(offset, length + 1);
        }
      })(bytes),
  ],
  [
    "fails behind the end",
    ["ends where the object ends"],
    (bytes) =>
      new (class extends PagedSource {
        override async read(offset: number, length: number): Promise<Uint8Array> {
          if (offset + length > (await this.size())) throw unavailable("behind the end");
          return super.read(offset, length);
        }
      })(bytes),
  ],
  [
    "keeps the bytes it gives",
    ["gives bytes away"],
    (bytes) =>
      new (class extends PagedSource {
        readonly #kept = new Map<string, Uint8Array>();
        override async read(offset: number, length: number): Promise<Uint8Array> {
          const found = this.#kept.get(`${offset}+${length}`) ?? (await super.read(offset, length));
          this.#kept.set(`${offset}+${length}`, found);
          if (this.isClosed) throw unavailable("closed");
          return found;
        }
      })(bytes),
  ],
  [
    "has one place for all reads",
    ["reads at the same time"],
    (bytes) =>
      new (class extends PagedSource {
        #at = 0;
        override async read(offset: number, length: number): Promise<Uint8Array> {
          this.#at = offset;
          await Promise.resolve();
          return super.read(this.#at, length);
        }
      })(bytes),
  ],
  [
    "is read also after it was closed",
    ["refuses when it is closed"],
    (bytes) =>
      new (class extends PagedSource {
        override async close(): Promise<void> {}
      })(bytes),
  ],
  [
    "closes once",
    ["closes twice"],
    (bytes) =>
      new (class extends PagedSource {
        override async close(): Promise<void> {
          if (this.isClosed) throw unavailable("closed");
          this.isClosed = true;
        }
      })(bytes),
  ],
  [
    "throws a host's error for a stopped read",
    ["settles when it is stopped, and goes on"],
    (bytes) =>
      new (class extends PagedSource {
        override async read(offset: number, length: number, signal?: { aborted: boolean }): Promise<Uint8Array> {
          if (signal?.aborted === true) throw new DOMException("stopped", "AbortError");
          return super.read(offset, length);
        }
      })(bytes),
  ],
  [
    "never settles a stopped read",
    ["settles when it is stopped, and goes on"],
    (bytes) =>
      new (class extends PagedSource {
        override async read(offset: number, length: number, signal?: { aborted: boolean }): Promise<Uint8Array> {
          if (signal?.aborted === true) return new Promise(() => undefined);
          return super.read(offset, length);
        }
      })(bytes),
  ],
  [
    "listens for ever",
    ["forgets signals"],
    (bytes) =>
      new (class extends PagedSource {
        override async read(offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array> {
          signal?.addEventListener("abort", () => undefined);
          return super.read(offset, length);
        }
      })(bytes),
  ],
  [
    "opens ends that do not belong together",
    ["opens both ends"],
    (bytes) =>
      new (class extends PagedSource {
        async openEnds(head: number, tail: number): Promise<{ size: number; head: Uint8Array; tail: Uint8Array }> {
          if (this.isClosed) throw unavailable("closed");
          return { size: bytes.length, head: await this.read(0, head), tail: await this.read(0, tail) };
        }
      })(bytes),
  ],
  [
    "reads other bytes without waiting",
    ["reads without waiting what it reads with waiting"],
    (bytes) =>
      new (class extends PagedSource {
        readSync(offset: number, length: number): Uint8Array {
          if (this.isClosed) throw unavailable("closed");
          return bytes.slice(offset + 1, offset + 1 + length);
        }
      })(bytes),
  ],
  [
    "writes beside the memory it was given",
    ["fills memory of the caller"],
    (bytes) =>
      new (class extends PagedSource {
        async readInto(offset: number, target: Uint8Array): Promise<number> {
          if (this.isClosed) throw unavailable("closed");
          const found = bytes.subarray(offset, offset + target.length);
          target.set(found);
          new Uint8Array(target.buffer)[target.byteOffset + target.length] = 7;
          return found.length;
        }
      })(bytes),
  ],
  [
    "has a weak entity tag",
    ["ignores weak entity tags"],
    (bytes) =>
      new (class extends PagedSource {
        async etag(): Promise<string> {
          return 'W/"1"';
        }
      })(bytes),
  ],
  [
    "tells a password",
    ["tells no secrets"],
    (bytes) =>
      new (class extends PagedSource {
        override readonly description = "https://me:secret@example.org/pages" as "pages";
      })(bytes),
  ],
];

describe("a source fails that", () => {
  test.each(WRONG)("%s", async (_what, expected, make) => {
    const { failed } = await verdict({ make, patience: () => wait(500, undefined, { ref: false }) });
    expect(failed).toEqual(expect.arrayContaining(expected));
  });

  /** An object that can change under a source that does not look. */
  function changing(isNoticed: "size" | "etag" | "never"): SourceConformanceSubject {
    let stored = new Uint8Array();
    let version = 0;
    const store = (bytes: Uint8Array): void => {
      stored = bytes.slice();
      version += 1;
    };
    return {
      make(bytes) {
        store(bytes);
        const { length } = bytes;
        return {
          description: "changing",
          size: async () => (isNoticed === "size" ? stored.length : length),
          read: async (offset, count) => stored.slice(offset, offset + count),
          etag: async () => (isNoticed === "etag" ? `"${version}"` : '"fixed"'),
          close: async () => undefined,
        };
      },
      replace: store,
      remove: () => {
        throw new Error("gone");
      },
    };
  }

  test.each([
    ["never", ["notices another size", "notices other bytes"]],
    ["size", ["notices other bytes"]],
    ["etag", []],
  ] as const)("does not notice a change (%s)", async (isNoticed, expected) => {
    const { failed } = await verdict(changing(isNoticed));
    expect(failed.filter((name) => name.startsWith("notices"))).toEqual(expected);
    // The subject's own fault counts too: nothing is taken for right that was not checked.
    expect(failed).toContain("has its own word for a lost object");
  });
});
