import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
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
  const port = await freePort();
  const log = join(folder, "access.log");
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${join(folder, name)};`,
  );
  writeFileSync(
    join(folder, "nginx.conf"),
    `daemon off; master_process off; pid ${join(folder, "pid")}; error_log stderr;
    events {}
    http {
      ${paths.join(" ")}
      log_format short '$request_method $status $http_range $body_bytes_sent';
      access_log ${log} short;
      default_type application/vnd.fayger.buf;
      server {
        listen 127.0.0.1:${port};
        root ${root};
        location /no-ranges/ { max_ranges 0; }
        location /no-tags/ { etag off; }
      }
    }`,
  );
  const child = spawn(program, ["-p", folder, "-c", join(folder, "nginx.conf"), "-e", "stderr"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let complaint = "";
  child.stderr.on("data", (text: Buffer) => {
    complaint += text.toString();
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  while (!(await accepts(port))) {
    if (child.exitCode !== null) throw new Error(`nginx did not start: ${complaint}`);
  }
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

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const settle = (isOpen: boolean): void => {
      socket.destroy();
      // Not at once: whoever is starting needs the processor more.
      setTimeout(() => resolve(isOpen), isOpen ? 0 : 20);
    };
    socket.once("connect", () => settle(true)).once("error", () => settle(false));
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
