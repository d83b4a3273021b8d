import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Tests that mostly start processes. */
const STARTS_PROCESSES =
  /[\\/]tools[\\/](build|browser|cli|conformance[\\/](commands|ifacts|python|run|starters))[\\/]/;

/** Each start of a process copies the tables of the memory of its worker: those that start many go first, while it is small. */
class ProcessesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isFirst = ({ moduleId }: TestSpecification): boolean => STARTS_PROCESSES.test(moduleId);
    return [...sorted.filter(isFirst), ...sorted.filter((file) => !isFirst(file))];
  }
}

export default defineConfig({
  test: {
    root: fileURLToPath(new URL("../..", import.meta.url)),
    include: ["{codegen,generated,reference,tools,conformance-vectors}/**/*.test.ts"],
    setupFiles: ["property-seed.ts", "stack-traces.ts", "standstill.ts"].map((name) =>
      fileURLToPath(new URL(name, import.meta.url)),
    ),
    pool: "forks",
    // Files of one worker share their modules: what they test keeps no state of its own, and importing everything anew for
    // each of them takes longer than the tests.
    isolate: false,
    sequence: { sequencer: ProcessesFirst },
    maxWorkers: 2,
    // Ends what hangs, and says nothing of speed: some tests try every byte, and a busy machine takes ten times as long.
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // What is polled for ends the wait; the second that is usual is short for a busy machine.
    expect: { poll: { timeout: 20_000 } },
    passWithNoTests: false,
  },
});
