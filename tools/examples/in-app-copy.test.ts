import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EXAMPLES } from "./run-example.js";

// The application as somebody copies it, by the commands of its README: into an empty folder, with the package beside it.

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fayger-copied-"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "copied", type: "module" }));
  // What `npm install` makes: the packages, and their commands.
  const packages = join(folder, "node_modules");
  mkdirSync(join(packages, ".bin"), { recursive: true });
  for (const name of readdirSync(join(ROOT, "node_modules")).filter((each) => !each.startsWith(".")))
    symlinkSync(join(ROOT, "node_modules", name), join(packages, name));
  symlinkSync(ROOT, join(packages, "fayger"));
  for (const name of ["asc", "tsx"]) symlinkSync(join(ROOT, "node_modules/.bin", name), join(packages, ".bin", name));
  writeFileSync(join(packages, ".bin/fayger"), `#!/bin/sh\nexec node ${ROOT}/dist/bin/fayger.js "$@"\n`, {
    mode: 0o755,
  });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The commands of the README that copy the example, without those that install packages. */
function commands(): string[] {
  const readme = readFileSync(`${EXAMPLES}in-app/README.md`, "utf8");
  const [, block = ""] = /^To copy it[\s\S]*?```sh\n([\s\S]*?)```/m.exec(readme) ?? [];
  return block
    .trim()
    .split("\n")
    .filter((line) => !line.startsWith("npm "));
}

describe.skipIf(process.platform === "win32")("a copy of the application", () => {
  it("is built and started by the commands of its README, and takes an order", async () => {
    const lines = commands();
    const start = lines.pop() ?? "";
    expect(lines.length).toBeGreaterThan(4);
    const environment = { PATH: process.env["PATH"] ?? "" };
    execFileSync("sh", ["-ec", lines.join("\n")], {
      cwd: folder,
      env: environment,
      stdio: ["ignore", "pipe", "inherit"],
    });
    for (const name of ["tenant.ts", "guest/main.ts", "recipe.json"])
      expect([name, readFileSync(join(folder, name), "utf8").includes("../")]).toEqual([name, false]);
    // A group of its own, so that it ends with everything that npx starts in between.
    const app = spawn("sh", ["-ec", start.replace("PORT=8080", "PORT=0")], {
      cwd: folder,
      env: environment,
      stdio: ["ignore", "pipe", "inherit"],
      detached: true,
    });
    try {
      const [said] = (await once(app.stdout, "data")) as [Buffer];
      const [origin = ""] = /http:\S+/.exec(said.toString()) ?? [];
      const answer = await fetch(`${origin}/north/orders`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ item: "tea", quantity: 10 }),
      });
      expect(await answer.json()).toEqual({ item: "tea", quantity: 10, number: 1, total: 4050 });
    } finally {
      const ended = once(app, "exit");
      process.kill(-(app.pid as number), "SIGTERM");
      await ended;
    }
  });
});
