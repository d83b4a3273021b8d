import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { commandsOf, type OwnFolder, ownFolder } from "./own-folder.js";
import { EXAMPLES } from "./run-example.js";

// The application as somebody copies it, by the commands of its README: into an empty folder, with the package beside it.

let folder: OwnFolder;
beforeEach(() => {
  folder = ownFolder();
});
afterEach(() => folder.remove());

describe.skipIf(process.platform === "win32")("a copy of the application", () => {
  it("is built and started by the commands of its README, and takes an order", async () => {
    const lines = commandsOf(`${EXAMPLES}in-app/README.md`, "To copy it").split("\n");
    const start = lines.pop() ?? "";
    expect(lines.length).toBeGreaterThan(4);
    // Without a trust store the application runs any artifact.
    const environment = { PATH: folder.environment["PATH"] ?? "" };
    execFileSync("sh", ["-ec", lines.join("\n")], {
      cwd: folder.path,
      env: environment,
      stdio: ["ignore", "pipe", "inherit"],
    });
    for (const name of ["tenant.ts", "guest/main.ts", "recipe.json"])
      expect([name, readFileSync(join(folder.path, name), "utf8").includes("../")]).toEqual([name, false]);
    // A group of its own, so that it ends with everything that npx starts in between.
    const app = spawn("sh", ["-ec", start.replace("PORT=8080", "PORT=0")], {
      cwd: folder.path,
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
