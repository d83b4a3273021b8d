import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { HostPolicy } from "../../generated/json/host-policy.js";
import {
  createMemorySource,
  createSerializer,
  Fayger,
  type LoadProfile,
  nodeHost,
  nodeSha256,
  type RunOptions,
  type RunResult,
} from "../../reference/node.js";
import { artifactOf } from "../cli/recipe.js";
import { EXAMPLES, recipeIn } from "./run-example.js";

// Every example that needs no other computer is recorded on each adapter of this host, and repeated on every
// implementation and on the other adapter, where nothing of the host is to be had.

const folder = mkdtempSync(join(tmpdir(), "fayger-replayed-"));
afterAll(() => rmSync(folder, { recursive: true }));

const PROGRAMS: readonly (readonly [example: string, policy: Partial<HostPolicy>])[] = [
  [
    "file-report",
    {
      file_roots: [
        { guest_path: "/in", host_path: `${EXAMPLES}file-report/in`, writable: false },
        { guest_path: "/out", host_path: folder, writable: true },
      ],
    },
  ],
  ["timers", {}],
  ["sha256", {}],
];
const ADAPTERS = ["server", "native_desktop"] as const;
const implementations = nodeHost().implementations.map((_make, index) => index);
const isCompiled = (example: string): boolean => existsSync(`${EXAMPLES}../../dist/guests/${example}.wasm`);

/** A Fayger with one adapter and one implementation, on a host that has a display or not. */
function faygerWith(adapter: string, implementation: number, policy: HostPolicy, mayWrite: boolean): Fayger {
  const writeOutput = (): void => {
    if (!mayWrite) throw new Error("a replay writes nothing");
  };
  const streams = { readInput: () => new Uint8Array(), writeOutput, writeError: writeOutput };
  const host = nodeHost({ streams }, adapter);
  const found = host.detector.detect();
  const features = new Set(found.runtimeFeatures);
  if (adapter === "native_desktop") features.add("display");
  else features.delete("display");
  return Fayger.create(
    {
      ...host,
      detector: { detect: () => ({ ...found, runtimeFeatures: [...features].sort() }) },
      implementations: host.implementations.slice(implementation, implementation + 1),
    },
    { enforceSignature: false, policy },
  );
}

/** What a run showed to the runtime layer. */
async function run(
  fayger: Fayger,
  example: string,
  profile: LoadProfile,
  options: RunOptions,
): Promise<RunResult & { readonly states: readonly unknown[] }> {
  const states: unknown[] = [];
  fayger.events.subscribe(({ fields }) => states.push(fields["to"]), { categories: ["lifecycle"] });
  const artifact = artifactOf(recipeIn(example), `${EXAMPLES}${example}/recipe.json`);
  const bytes = createSerializer(nodeSha256).serialize(artifact);
  const object = await fayger.load(createMemorySource(bytes), { profile });
  try {
    return { ...(await fayger.run(object, options)), states };
  } finally {
    await object.close();
  }
}

// @spec instructions.equal-sequences, instructions.replay
describe.each(PROGRAMS)("%s", (example, policy) => {
  const capabilities = recipeIn(example).required_capabilities ?? [];

  it.skipIf(example === "sha256" && !isCompiled(example)).each(ADAPTERS)("recorded on %s", async (adapter) => {
    const first = faygerWith(adapter, 0, { capabilities, ...policy }, true);
    // Another terminal class may select other sections: those are not the same program.
    const profile = first.profile();
    const recorded = await run(first, example, profile, { record: true });
    expect(recorded.failure).toBeUndefined();
    const replay = recorded.inputLog as Uint8Array;
    for (const implementation of implementations) {
      for (const other of ADAPTERS) {
        // No file root, no stream: what a replay would ask a host for, it would not get.
        const host = faygerWith(other, implementation, { capabilities }, false);
        const repeated = await run(host, example, profile, { replay, record: true });
        expect(repeated.diverged).toBeUndefined();
        expect(repeated.states).toEqual(recorded.states);
        expect(repeated.exitCode).toBe(recorded.exitCode);
        expect(Buffer.from(repeated.inputLog as Uint8Array).equals(replay)).toBe(true);
      }
    }
  });
});
