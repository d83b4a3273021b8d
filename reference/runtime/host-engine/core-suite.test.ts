import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { CoreScript, type ScriptCommand } from "./testing/core-suite.js";

// The WebAssembly core test suite, release 2.0 without SIMD, run on rewritten modules. It is not part of the repository.

const external =
  process.env["FAYGER_EXTERNAL"] ?? fileURLToPath(new URL("../../../../shared/external", import.meta.url));
const archive = join(external, "wasm", "wasm-core-2.0.tar.gz");
const present = existsSync(archive);

/**
 * What a module may do that imports memories and functions of others, and no guest can: growing an imported memory
 * beyond a maximum that only its owner declares, and calling a function of a module whose instantiation failed.
 */
const NOT_FOR_GUESTS = [
  "imports: line 572: assert_return: threw unreachable",
  "linking: line 275: assert_return: threw null function or function signature mismatch",
  "linking: line 288: assert_return: threw null function or function signature mismatch",
  "linking: line 381: assert_return: threw unreachable",
];

describe("the WebAssembly core suite on rewritten modules", () => {
  if (!present) process.stdout.write("the core suite is absent: all its 90 scripts were skipped\n");

  // Inline code, and calls in its place.
  // @spec guest-abi.execution, runtime.host-engine.rewrite, guest-abi.traps, guest-abi.nan
  it.skipIf(!present).each([undefined, 0])("passes but for what no guest can do (%s)", (longestInline) => {
    const files = readTar(gunzipSync(readFileSync(archive)));
    const differences: string[] = [];
    const counts: Record<string, number> = {};
    for (const [path, bytes] of files) {
      if (!path.endsWith(".json")) continue;
      const { commands } = JSON.parse(Buffer.from(bytes).toString("utf8")) as { readonly commands: ScriptCommand[] };
      const script = new CoreScript((file) => files.get(join(dirname(path), file)) as Uint8Array, longestInline);
      for (const command of commands) script.run(command);
      const label = path.split("/").at(-2) ?? path;
      differences.push(...script.differences.map((difference) => `${label}: ${difference}`));
      for (const [type, count] of Object.entries(script.counts)) counts[type] = (counts[type] ?? 0) + count;
    }
    expect(differences).toEqual(NOT_FOR_GUESTS);
    expect(counts).toMatchObject({ module: 1125, assert_return: 21_361, assert_trap: 2354, assert_exhaustion: 15 });
  });
});

/** The regular files of a tar archive. */
function readTar(bytes: Uint8Array): Map<string, Uint8Array> {
  const text = (start: number, length: number): string =>
    Buffer.from(bytes.subarray(start, start + length))
      .toString("latin1")
      .replace(/\0.*$/s, "");
  const files = new Map<string, Uint8Array>();
  for (let header = 0; header + 512 <= bytes.length && bytes[header] !== 0; ) {
    const size = Number.parseInt(text(header + 124, 12), 8);
    const prefix = text(header + 345, 155);
    const file = text(header, 100);
    const start = header + 512;
    files.set(prefix === "" ? file : `${prefix}/${file}`, bytes.subarray(start, start + size));
    header = start + Math.ceil(size / 512) * 512;
  }
  return files;
}
