import { readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { findChromium, launchChromium, NO_CHROMIUM } from "../../../../tools/browser/chromium.js";

// Programs in workers of a browser: what is built, in a page that is isolated from other origins.

const chromium = findChromium();
const root = fileURLToPath(new URL("../../../..", import.meta.url));
const ENGINE = "/dist/reference/runtime/host-engine";

const PAGE = `<!doctype html><script type="module">
import { HostEngineStrategy, WorkerPool, WorkerStrategy } from "${ENGINE}/index.js";
import { spawnWebGuestWorker, WEB_WORKER_LIMITS } from "${ENGINE}/web/index.js";
import { liveRuntime, until } from "${ENGINE}/testing/live-runtime.js";
import { randomGuest } from "/dist/reference/runtime/testing/random-modules/random-module.js";
import { emitAt, forever, guestModule } from "/dist/reference/runtime/testing/guest-module.js";
import { bufObject, TestBus } from "/dist/reference/runtime/testing/test-host.js";

const pool = new WorkerPool(spawnWebGuestWorker, WEB_WORKER_LIMITS);
const strategy = new WorkerStrategy(pool);
const waiting = new TestBus(() => new Promise((resolve) => setTimeout(() => resolve(Uint8Array.of(0, 0, 9)), 1)));
const found = { agreed: 0, programs: 0, seen: [] };

const { implementation, ran, started } = liveRuntime(strategy, { bus: waiting });
const functions = { main: { code: (call) => [emitAt(call, 8, 4), call("exit")] } };
found.exitCode = implementation.exitCode(await ran(bufObject({ code: guestModule({ functions }) })));

const id = await started(bufObject({ code: guestModule({ functions: { main: { code: [forever] } } }) }));
await until(() => implementation.usage(id).fuel > 0);
await implementation.suspend(id);
found.suspended = implementation.state(id);
await implementation.resume(id);
await implementation.terminate(id);

// More programs than a process has room for memories, so that those of the ended ones have to be let go.
async function ending(one, object) {
  const bus = new TestBus(() => Uint8Array.of(0, 0, 7));
  const { implementation, ran } = liveRuntime(one, { bus });
  const id = await ran(object);
  const { error } = implementation.failureInfo(id) ?? {};
  const emitted = bus.channels.flatMap((channel) => channel.emitted.map((bytes) => bytes.join()));
  return JSON.stringify([implementation.state(id), error?.code, error?.context.trap, emitted]);
}
const inThread = new HostEngineStrategy();
for (let number = 0; number < 130; number += 1) {
  const numbers = Array.from({ length: 200 }, (_, at) => (Math.imul(number * 7919 + at * 104729 + 1, 2654435761) >>> 13) & 255);
  const object = bufObject({ code: randomGuest(numbers) });
  const [one, other] = [await ending(inThread, object), await ending(strategy, object)];
  found.programs += 1;
  if (one === other) found.agreed += 1;
  found.seen.push(JSON.parse(one)[2] ?? JSON.parse(one)[1] ?? "returned");
}
pool.close();
found.alive = pool.alive;
window.found = found;
</script>`;

const TYPES = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };

describe("a browser", () => {
  if (chromium === undefined) process.stdout.write(`${NO_CHROMIUM}; one test was skipped\n`);

  // @spec runtime.host-engine, runtime.implementations-agree
  it.skipIf(chromium === undefined)(
    "runs programs in workers as it runs them in thread, and can stop them",
    async () => {
      const server = createServer(({ url = "/" }, response) => {
        const { pathname } = new URL(url, "http://localhost");
        const file = `${root}${pathname.slice(1)}`;
        if (pathname === "/") response.writeHead(200, { ...TYPES, "content-type": "text/html" }).end(PAGE);
        else if (!statSync(file, { throwIfNoEntry: false })?.isFile()) response.writeHead(404, TYPES).end();
        else response.writeHead(200, { ...TYPES, "content-type": "text/javascript" }).end(readFileSync(file));
      });
      await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
      const browser = await launchChromium(chromium as string);
      try {
        const page = await browser.newPage();
        const problems: string[] = [];
        page.on("pageerror", (error) => problems.push(error.message));
        await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
        await page.waitForFunction("window.found !== undefined", undefined, { timeout: 50_000 }).catch(() => undefined);
        const found = (await page.evaluate("window.found")) as Record<string, unknown> & { readonly seen: string[] };
        expect(problems).toEqual([]);
        expect(found).toMatchObject({ exitCode: 3, suspended: "Suspended", programs: 130, agreed: 130, alive: 0 });
        expect(new Set(found.seen).size).toBeGreaterThan(4);
        expect(found.seen).not.toContain("RT_INSTANCE_FAILED");
      } finally {
        await browser.close();
        server.close();
      }
    },
  );
});
