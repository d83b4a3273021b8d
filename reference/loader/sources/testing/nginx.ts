import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** nginx over a folder of its own, on a free port of this host. */
export interface NginxServer {
  /** Scheme, host and port. */
  readonly origin: string;
  /**
   * Put a file where the server finds it. Below `no-ranges/` it ignores ranges, below `no-tags/` it sends no entity
   * tags. Each file gets a time of its own: nginx makes its tags of size and seconds.
   */
  put(name: string, bytes: Uint8Array): void;
  /** Delete a file. */
  remove(name: string): void;
  /** One line for each request since the start: method, status, range, bytes of the body. */
  requests(): readonly string[];
  close(): Promise<void>;
}

/** The program that `PATH` or Debian's place for it leads to; absent where there is none. */
export const NGINX: string | undefined = ["nginx", "/usr/sbin/nginx"].find(
  (program) => spawnSync(program, ["-v"]).status === 0,
);

/** Start {@link NGINX}. */
export async function startNginx(program: string): Promise<NginxServer> {
  const folder = mkdtempSync(join(tmpdir(), "fayger-nginx-"));
  const root = join(folder, "root");
  for (const name of ["", "no-ranges", "no-tags"]) mkdirSync(join(root, name), { recursive: true });
  const log = join(folder, "access.log");
  const { port, child, ended } = await onFreePort(program, folder, root, log);
  let second = Math.floor(Date.now() / 1_000) - 1_000_000;
  return {
    origin: `http://127.0.0.1:${port}`,
    put(name, bytes) {
      writeFileSync(join(root, name), bytes);
      second += 1;
      utimesSync(join(root, name), second, second);
    },
    remove: (name) => rmSync(join(root, name)),
    requests: () => (statSync(log).size === 0 ? [] : readFileSync(log, "utf8").trimEnd().split("\n")),
    async close() {
      child.kill();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

/** A process of nginx that listens. */
interface Listening {
  readonly port: number;
  readonly child: ChildProcess;
  /** Settles when it is gone. */
  readonly ended: Promise<void>;
}

/** A port that is free now may be somebody else's when nginx has started: then there is another one. */
async function onFreePort(program: string, folder: string, root: string, log: string): Promise<Listening> {
  for (;;) {
    const port = await freePort();
    const path = join(folder, "nginx.conf");
    writeFileSync(path, configuration(folder, root, log, port));
    const child = spawn(program, ["-p", folder, "-c", path, "-e", "stderr"], { stdio: ["ignore", "ignore", "pipe"] });
    const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
    if (await listens(child, ended)) return { port, child, ended };
    child.kill();
    await ended;
  }
}

/** Whether it got its port, by what it says itself: whoever answers there may be somebody else. */
async function listens(child: ChildProcess, ended: Promise<void>): Promise<boolean> {
  let said = "";
  const told = new Promise<boolean>((resolve) => {
    child.stderr?.on("data", (text: Buffer) => {
      said += text.toString();
      // It opens its sockets first, and its events then.
      if (said.includes(" event method")) resolve(true);
      else if (said.includes("bind() to ")) resolve(false);
    });
  });
  const isThere = await Promise.race([told, ended]);
  if (isThere === undefined) throw new Error(`nginx did not start: ${said}`);
  return isThere;
}

function configuration(folder: string, root: string, log: string, port: number): string {
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path "${join(folder, name)}";`,
  );
  return `daemon off; master_process off; pid "${join(folder, "pid")}"; error_log stderr notice;
    events {}
    http {
      ${paths.join(" ")}
      log_format short '$request_method $status $http_range $body_bytes_sent';
      access_log "${log}" short;
      default_type application/vnd.fayger.buf;
      server {
        listen 127.0.0.1:${port};
        root "${root}";
        location /no-ranges/ { max_ranges 0; }
        location /no-tags/ { etag off; }
      }
    }`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
