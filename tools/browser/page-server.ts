import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, realpath } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import { dirname, extname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { answerArtifact, closeServer, listen } from "./artifact-server.js";

/** The folder of this repository. */
export const ROOT = folderOfPackage(dirname(fileURLToPath(import.meta.url)));

/** Folders of which files are served, as they lie there: modules are not bundled. */
const SERVED = [
  "dist/generated",
  "dist/reference",
  "dist/tools/browser/page",
  "node_modules/@noble",
  "reference/examples",
];

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** Where the packages that a page without a bundler needs lie. */
const IMPORT_MAP = JSON.stringify({
  imports: {
    "@noble/hashes/": "/node_modules/@noble/hashes/",
    "@noble/curves/": "/node_modules/@noble/curves/",
    "@noble/ed25519": "/node_modules/@noble/ed25519/index.js",
  },
});

/** A page on which {@link PageServer} has put the probe. */
export type ProbePage = keyof typeof PAGES;

const PROBE = '<script type="module" src="/dist/tools/browser/page/probe.js"></script>';
const MAP_HASH = createHash("sha256").update(IMPORT_MAP).digest("base64");

/** Documents of the server's own, each with its Content-Security-Policy. */
const PAGES = {
  /** May reach artifacts everywhere, run WebAssembly, and has an import map. */
  "/probe.html": {
    policy: `default-src 'self'; script-src 'self' 'wasm-unsafe-eval' 'sha256-${MAP_HASH}'; connect-src *`,
    head: `<script type="importmap">${IMPORT_MAP}</script>${PROBE}`,
  },
  /** The strictest policy a page with scripts can have. */
  "/strict.html": { policy: "default-src 'self'; script-src 'self'", head: PROBE },
} as const;

/** A server of the compiled modules, of the example and of pages for tests. */
export interface PageServer {
  /** For instance `http://127.0.0.1:43210`. */
  readonly origin: string;
  /** Serve an artifact of this name at the root from now on, and tell its address. */
  put(name: string, bytes: Uint8Array): string;
  close(): Promise<void>;
}

/** Start the server. @param port 0 for a free one */
export async function startPageServer(port = 0): Promise<PageServer> {
  const artifacts = new Map<string, Uint8Array>();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://host");
    const bytes = artifacts.get(pathname);
    if (bytes !== undefined) answerArtifact(request, response, { bytes });
    else answer(pathname, response).catch(() => response.destroy());
  });
  const origin = await listen(server, port);
  return {
    origin,
    put(name, bytes) {
      artifacts.set(`/${name}`, bytes);
      return `${origin}/${name}`;
    },
    close: () => closeServer(server),
  };
}

async function answer(asked: string, response: ServerResponse): Promise<void> {
  const path = asked.endsWith("/") ? `${asked}index.html` : asked;
  // Isolated from other origins, where clocks are finest.
  const headers: Record<string, string> = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  };
  const page = Object.hasOwn(PAGES, path) ? PAGES[path as ProbePage] : undefined;
  if (page !== undefined) {
    response.writeHead(200, { ...headers, "content-type": TYPES[".html"], "content-security-policy": page.policy });
    response.end(`<!doctype html><html lang="en"><title>Fayger</title>${page.head}`);
    return;
  }
  const bytes = await readServed(path);
  if (bytes === undefined) {
    // Browsers ask for an icon on their own.
    response.writeHead(path === "/favicon.ico" ? 204 : 404, headers).end();
    return;
  }
  response.writeHead(200, { ...headers, "content-type": TYPES[extname(path)] ?? "application/octet-stream" });
  response.end(bytes);
}

/** The nearest folder above that holds a package: the same from this file and from what it is compiled to. */
function folderOfPackage(folder: string): string {
  return existsSync(join(folder, "package.json")) ? folder : folderOfPackage(dirname(folder));
}

/** A file below one of the served folders, wherever links lead. */
async function readServed(path: string): Promise<Uint8Array | undefined> {
  const wanted = join(ROOT, path);
  if (!SERVED.some((folder) => relative(ROOT, wanted).startsWith(folder.split("/").join(sep) + sep))) return undefined;
  try {
    return await readFile(await realpath(wanted));
  } catch {
    return undefined;
  }
}
