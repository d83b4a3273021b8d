import { deepStrictEqual } from "node:assert";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createHttpSource } from "../../../reference/loader/sources/web/index.js";
import { type ArtifactFile, artifactFile, benchKey } from "../artifacts.js";
import { benchLoader, PROFILE } from "../bench-loader.js";
import type { Measurement, Race } from "../race.js";

const COUNT = 256;
const BODY_BYTES = 65_536;
const WANTED = Math.floor(COUNT * 0.9);
const FRONT_BYTES = 16_384;
const TRAILER_BYTES = 44;

interface Served {
  readonly url: string;
  readonly file: ArtifactFile;
  readonly open: () => Promise<Uint8Array>;
  /** Requests answered so far. */
  readonly requests: () => number;
}

let served: Promise<Served> | undefined;

/** A signed artifact behind a server of this process. Made once. */
function server(): Promise<Served> {
  served ??= (async () => {
    const key = benchKey();
    const file = await artifactFile(COUNT, BODY_BYTES, key);
    const bytes = readFileSync(file.path);
    let requests = 0;
    const listener = createServer((request, response) => {
      requests += 1;
      const [start, end] = rangeOf(request.headers.range, bytes.length);
      response.writeHead(206, {
        "content-range": `bytes ${start}-${end}/${bytes.length}`,
        "content-length": end - start + 1,
        etag: '"1"',
      });
      response.end(bytes.subarray(start, end + 1));
    });
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    // The bench ends when its work is done, not when nobody could ask any more.
    listener.unref();
    const url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/a.buf`;
    const { loader } = benchLoader(key);
    const open = async (): Promise<Uint8Array> => {
      const object = await loader.load(createHttpSource(url), { profile: PROFILE });
      const body = await object.sections.read(file.names[WANTED] as string);
      await object.close();
      return body;
    };
    return { url, file, open, requests: () => requests };
  })();
  return served;
}

/** First and last byte of `bytes=a-b` or `bytes=-n`. */
function rangeOf(header: string | undefined, size: number): readonly [number, number] {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (first === "") return [Math.max(0, size - Number(last)), size - 1];
  return [Number(first), last === "" ? size - 1 : Math.min(Number(last), size - 1)];
}

/** A remote open against `fetch` of the same ranges at the same times: both ends together, the rest, the body. */
export function httpRaces(): Race[] {
  const get = async (range: string): Promise<Uint8Array> => {
    const response = await fetch((await server()).url, { headers: { range: `bytes=${range}` } });
    return new Uint8Array(await response.arrayBuffer());
  };
  const open = async (): Promise<Uint8Array> => (await server()).open();
  const bare = async (): Promise<Uint8Array> => {
    const { file } = await server();
    await Promise.all([get(`0-${FRONT_BYTES - 1}`), get(`-${TRAILER_BYTES}`)]);
    await get(`${FRONT_BYTES}-${file.bodiesAt - 1}`);
    const at = file.bodiesAt + WANTED * BODY_BYTES;
    return digestOf(await get(`${at}-${at + BODY_BYTES - 1}`));
  };
  return [
    {
      name: `open of ${COUNT} sections over loopback HTTP`,
      ours: { name: "fayger", run: open },
      peers: [{ name: "fetch of the ranges", run: bare }],
      check: async () => deepStrictEqual(digestOf(await open()), await bare()),
    },
  ];
}

/** Requests that reach the server. */
export function httpMeasurements(): Measurement[] {
  return [
    {
      name: `open of ${COUNT} sections over loopback HTTP`,
      run: async () => {
        const { open, requests } = await server();
        const before = requests();
        await open();
        // Both ends, the rest of manifest and index, the body.
        return [{ what: "fayger, with a section", value: requests() - before, unit: "requests", atMost: 4 }];
      },
    },
  ];
}

function digestOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(bytes).digest());
}
