/** One way to do a job. */
export interface Contestant {
  /** Name in the report, for instance `cbor-x`. */
  readonly name: string;
  /**
   * Does the job once. What it returns keeps the engine from leaving the work out. Where that is a promise, each run is
   * awaited before the next one begins.
   */
  readonly run: () => unknown;
}

/** What of a run is measured: the time that passes, or the processor time of all threads of this process. */
export type RaceClock = "wall" | "cpu";

/** One job that Fayger and its peers do, and what is expected of the ratio. */
export interface Race {
  /** Name in the report, for instance `manifest decode`. */
  readonly name: string;
  /** Fayger. */
  readonly ours: Contestant;
  readonly peers: readonly Contestant[];
  /**
   * Compares what everybody makes of the same input; throws or rejects where two differ. Runs before anything is timed.
   */
  readonly check: () => unknown;
  /** Least ratio (time of the peer by time of Fayger) by name of the peer. */
  readonly goals?: Readonly<Record<string, number>>;
  /** @defaultValue "wall" */
  readonly clock?: RaceClock;
  /** Most rounds, for jobs that take seconds. */
  readonly rounds?: number;
  /**
   * Runs of each contestant before anything is timed, for jobs so large that an engine has not translated all of them
   * when they have filled a slice.
   *
   * @defaultValue 0
   */
  readonly warmUp?: number;
  /**
   * Whether each slice follows another one that is not timed: for races in which a contestant runs so long, and leaves so
   * much garbage, that the engine has thrown away the code of the others when it is their turn.
   *
   * @defaultValue false
   */
  readonly warmsSlices?: boolean;
}

/** Something that is no race: counted requests, memory of a child process. */
export interface Measurement {
  /** Name in the report, for instance `open of 100,000 sections`. */
  readonly name: string;
  readonly run: () => readonly Figure[] | Promise<readonly Figure[]>;
}

/** One measured number. */
export interface Figure {
  /** Whose or which, for instance `fayger reads`. */
  readonly what: string;
  readonly value: number;
  /** For instance `MiB`, `reads`. */
  readonly unit: string;
  /** What was expected at most, where something was. */
  readonly atMost?: number;
  /** What was expected at least, where something was. */
  readonly atLeast?: number;
}

/** Races and measurements that belong together. A new suite is one file and one line in `suites/index.ts`. */
export interface Suite {
  /** Name on the command line, for instance `codec`. */
  readonly name: string;
  /** What it measures, in one line. */
  readonly about: string;
  readonly races: () => readonly Race[] | Promise<readonly Race[]>;
  readonly measurements?: () => readonly Measurement[] | Promise<readonly Measurement[]>;
}

/** What a race gave for one peer. */
export interface RaceResult {
  readonly suite: string;
  readonly name: string;
  readonly peer: string;
  /** Median over all rounds of the peer's time divided by Fayger's time in the same round: above 1, Fayger is faster. */
  readonly ratio: number;
  /**
   * The same of the fastest round of each: what is left when nothing else asks for the machine, whose noise adds time and
   * takes none away.
   */
  readonly fastestRatio: number;
  /** Median time of Fayger and of the peer for one run, in microseconds. */
  readonly oursMicroseconds: number;
  readonly peerMicroseconds: number;
  readonly clock: RaceClock;
  /** What was expected, where something was. */
  readonly goal?: number;
}

/** What a measurement gave. */
export interface FigureResult extends Figure {
  readonly suite: string;
  readonly name: string;
}

/** How long and how often is measured. */
export interface RaceSettings {
  /** Rounds; every other one runs the contestants in reversed order. */
  readonly rounds: number;
  /** Time one contestant runs in one round, in milliseconds. */
  readonly sliceMilliseconds: number;
}

/** Enough for ratios that repeat within a few per cent on a quiet machine. */
export const DEFAULT_SETTINGS: RaceSettings = { rounds: 15, sliceMilliseconds: 60 };

/** Clocks in milliseconds. */
export type RaceClocks = Readonly<Record<RaceClock, () => number>>;

/** Runs one race: everybody in one process, in turns, so that noise of the machine hits all alike. */
export async function runRace(
  suite: string,
  race: Race,
  settings: RaceSettings,
  clocks: RaceClocks,
): Promise<readonly RaceResult[]> {
  await race.check();
  const clock = race.clock ?? "wall";
  const now = clocks[clock];
  const contestants = [race.ours, ...race.peers];
  if (race.warmUp !== undefined) for (const contestant of contestants) await slice(contestant, race.warmUp, now);
  const counts: number[] = [];
  for (const contestant of contestants) counts.push(await calibrate(contestant, settings.sliceMilliseconds, now));
  const times = contestants.map((): number[] => []);
  const order = contestants.map((_, index) => index);
  const rounds = Math.min(settings.rounds, race.rounds ?? Number.POSITIVE_INFINITY);
  for (let round = 0; round < rounds; round++) {
    for (const index of round % 2 === 0 ? order : [...order].reverse()) {
      const [contestant, count] = [contestants[index] as Contestant, counts[index] as number];
      if (race.warmsSlices === true) await slice(contestant, count, now);
      times[index]?.push(await slice(contestant, count, now));
    }
  }
  const ours = times[0] as number[];
  return race.peers.map((peer, index) => {
    const theirs = times[index + 1] as number[];
    const goal = race.goals?.[peer.name];
    return {
      suite,
      name: race.name,
      peer: peer.name,
      ratio: median(theirs.map((time, round) => time / (ours[round] as number))),
      fastestRatio: Math.min(...theirs) / Math.min(...ours),
      oursMicroseconds: median(ours) * 1000,
      peerMicroseconds: median(theirs) * 1000,
      clock,
      ...(goal !== undefined && { goal }),
    };
  });
}

/** Takes one measurement. */
export async function takeMeasurement(suite: string, measurement: Measurement): Promise<readonly FigureResult[]> {
  return (await measurement.run()).map((figure) => ({ suite, name: measurement.name, ...figure }));
}

/** The number of runs that fill a slice; also warms the engine up. */
async function calibrate(contestant: Contestant, milliseconds: number, now: () => number): Promise<number> {
  let count = 1;
  for (;;) {
    const time = (await slice(contestant, count, now)) * count;
    // The first slices run slow code: a count is believed only when it fills a good part of a slice.
    if (time > milliseconds / 2) return Math.max(1, Math.round((count * milliseconds) / time));
    count *= 2;
  }
}

/** Milliseconds of one run, averaged over `count` runs. */
async function slice({ run }: Contestant, count: number, now: () => number): Promise<number> {
  const start = now();
  kept = run();
  // A job without promises is timed without any.
  if (kept instanceof Promise) {
    await kept;
    for (let i = 1; i < count; i++) kept = await run();
  } else {
    for (let i = 1; i < count; i++) kept = run();
  }
  return (now() - start) / count;
}

/** The last result, reachable so that no engine can drop the call that made it. */
let kept: unknown;

/** The last result of any contestant. */
export function lastResult(): unknown {
  return kept;
}

/** The middle of some numbers; of two middles, their mean. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
