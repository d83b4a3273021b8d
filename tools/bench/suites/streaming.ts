import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { sparseArtifactFile } from "../artifacts.js";
import { type Figure, type Measurement, median } from "../race.js";
import type { StreamingReport } from "../streaming-child.js";

const runFile = promisify(execFile);

/** How often each child runs. */
const ROUNDS = 3;
/** The ways of `streaming-child.ts`, and how the report names them. */
const WAYS = {
  idle: "bare Node",
  verify: "fayger verify",
  stream: "fayger stream",
  pieces: "fayger stream, each piece new",
  bare: "readSync and createHash",
  pipeline: "createReadStream and hash",
} as const;
type Way = keyof typeof WAYS;
const EVERY_WAY = Object.keys(WAYS) as Way[];

/**
 * One long body, verified in each way by a process of its own: the most memory a process has held is then that of this
 * way. The processes take turns, in reversed order every other round.
 */
export function streamingMeasurement(name: string, bodyBytes: number): Measurement {
  return {
    name,
    run: async () => {
      const path = sparseArtifactFile(bodyBytes);
      const reports: Record<Way, StreamingReport[]> = {
        idle: [],
        verify: [],
        stream: [],
        pieces: [],
        bare: [],
        pipeline: [],
      };
      for (let round = 0; round < ROUNDS; round++) {
        for (const way of round % 2 === 0 ? EVERY_WAY : [...EVERY_WAY].reverse()) {
          reports[way].push(await inChild(way, path));
        }
      }
      const digests = new Set(EVERY_WAY.slice(1).flatMap((way) => reports[way].map(({ digest }) => digest)));
      if (digests.size !== 1) throw new Error(`the ways made different digests: ${[...digests].join(", ")}`);
      return figures(reports, bodyBytes);
    },
  };
}

async function inChild(way: Way, path: string): Promise<StreamingReport> {
  const program = fileURLToPath(new URL("../streaming-child.js", import.meta.url));
  const { stdout } = await runFile(process.execPath, [program, way, path]);
  return JSON.parse(stdout) as StreamingReport;
}

function figures(reports: Readonly<Record<Way, StreamingReport[]>>, bodyBytes: number): Figure[] {
  const peak = (way: Way): number => median(reports[way].map(({ peakMiB }) => peakMiB));
  const speed = (way: Way): number => bodyBytes / 1e6 / median(reports[way].map(({ milliseconds }) => milliseconds));
  const found: Figure[] = [{ what: `${WAYS.idle}, most memory`, value: peak("idle"), unit: "MiB" }];
  for (const way of EVERY_WAY.slice(1)) {
    const isOurs = way === "verify" || way === "stream";
    const above = peak(way) - peak("idle");
    found.push({ what: `${WAYS[way]}, above it`, value: above, unit: "MiB", ...(isOurs && { atMost: 32 }) });
    found.push({ what: WAYS[way], value: speed(way), unit: "GB/s" });
  }
  for (const way of ["verify", "stream"] as const) {
    const [byBare, byPipeline] = [speed(way) / speed("bare"), speed(way) / speed("pipeline")];
    found.push({ what: `${WAYS[way]} by ${WAYS.bare}`, value: byBare, unit: "x", atLeast: 0.9 });
    found.push({ what: `${WAYS[way]} by ${WAYS.pipeline}`, value: byPipeline, unit: "x" });
  }
  return found;
}
