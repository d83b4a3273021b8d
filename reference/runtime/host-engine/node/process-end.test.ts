import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const program = fileURLToPath(new URL("testing/worker-process.ts", import.meta.url));

/** Run a process that runs guests in workers; what it printed, and how it ended. */
function run(what: string): Promise<{ readonly output: string; readonly code: number | null }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--import", "tsx", program, what], { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (data: Buffer) => {
      output += data.toString();
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ output, code }));
  });
}

describe("a process with guests in workers", () => {
  it("lives for as long as one of them runs, and ends by itself though workers are kept", async () => {
    expect(await run("ends")).toEqual({ output: "Terminated 42, 1 idle\n", code: 0 });
  });

  it("ends where a guest only waits for what can no longer come", async () => {
    expect(await run("waits")).toEqual({ output: "Running\n", code: 0 });
  });
});
