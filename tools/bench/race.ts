/** One way to do a job. */
export interface Contestant {
  /** Name in the report, for instance `cbor-x`. */
  readonly name: string;
  /** Does the job once. What it returns keeps the engine from leaving the work out. */
  readonly run: () => unknown;
}

/** One job that Fayger and its peers do, and what is expected of the ratio. */
export interface Race {
  /** Name in the report, for instance `manifest decode`. */
  readonly name: string;
  /** Fayger. */
  readonly ours: Contestant;
  readonly peers: readonly Contestant[];
  /**
   * Compares what everybody makes of the same input; throws where two differ. Runs before anything is timed.
   */
  readonly check: () => void;
  /** Least ratio (time of the peer by time of Fayger) by name of the peer. */
  readonly goals?: Readonly<Record<string, number>>;
}

/** Races that belong together. A new suite is one file and one line in `suites/index.ts`. */
export interface Suite {
  /** Name on the command line, for instance `codec`. */
  readonly name: string;
  /** What it measures, in one line. */
  readonly about: string;
  readonly races: () => readonly Race[] | Promise<readonly Race[]>;
}

/** What a race gave for one peer. */
export interface RaceResult {
  readonly suite: string;
  readonly name: string;
  readonly peer: string;
  /** Median over all rounds of the peer's time divided by Fayger's time in the same round: above 1, Fayger is faster. */
  readonly ratio: number;
  /** Median time of Fayger and of the peer for one run, in microseconds. */
  readonly oursMicroseconds: number;
  readonly peerMicroseconds: number;
  /** What was expected, where something was. */
  readonly goal?: number;
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

/**
 * Runs one race: everybody in one process, in turns, so that noise of the machine hits all alike.
 *
 * @param now a clock in milliseconds
 */
export function runRace(suite: string, race: Race, settings: RaceSettings, now: () => number): readonly RaceResult[] {
  race.check();
  const contestants = [race.ours, ...race.peers];
  const counts = contestants.map((contestant) => calibrate(contestant, settings.sliceMilliseconds, now));
  const times = contestants.map((): number[] => []);
  const order = contestants.map((_, index) => index);
  for (let round = 0; round < settings.rounds; round++) {
    for (const index of round % 2 === 0 ? order : [...order].reverse()) {
      times[index]?.push(slice(contestants[index] as Contestant, counts[index] as number, now));
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
      oursMicroseconds: median(ours) * 1000,
      peerMicroseconds: median(theirs) * 1000,
      ...(goal !== undefined && { goal }),
    };
  });
}

/** The number of runs that fill a slice; also warms the engine up. */
function calibrate(contestant: Contestant, milliseconds: number, now: () => number): number {
  let count = 1;
  for (;;) {
    const time = slice(contestant, count, now) * count;
    // The first slices run slow code: a count is believed only when it fills a good part of a slice.
    if (time > milliseconds / 2) return Math.max(1, Math.round((count * milliseconds) / time));
    count *= 2;
  }
}

/** Milliseconds of one run, averaged over `count` runs. */
function slice(contestant: Contestant, count: number, now: () => number): number {
  const start = now();
  for (let i = 0; i < count; i++) kept = contestant.run();
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
