import { parseArgs } from "node:util";

/** What `npm run fuzz -- --help` says. */
export const HELP = `Tries damaged artifacts on the loader, random modules on the interpreter, or the property tests with new seeds.

usage: npm run fuzz -- [--cases N] [--seed S] [--from CHUNK] [--minutes M] [--workers W]
       npm run fuzz -- --replay FILE
       npm run fuzz -- --modules N [--seed S]
       npm run fuzz -- --properties N [--seed S] [--runs R]

  --cases N       damaged artifacts to load, eagerly and lazily each (1000000)
  --seed S        an integer; everything follows from it (a new one, which is printed)
  --from CHUNK    the first chunk to run: with the seed, goes on where an earlier run ended (0)
  --minutes M     end after so many minutes, whatever is left (no end)
  --workers W     processes (2)
  --replay FILE   load the artifact of a counterexample again
  --modules N     instead: compare the interpreter with the host's engine on N random modules
  --properties N  instead: run every property test of the repository N times, each time with another seed
  --runs R        cases of a property that does not say how many it needs (1000)

Every case is compared with an oracle that shares no code with the loader. A case that differs is made as small as it can
be and written to dist/fuzz, with everything that is needed to replay it.

examples:
  npm run fuzz -- --cases 20000 --seed 7
  npm run fuzz -- --seed 7 --from 20 --minutes 60
  npm run fuzz -- --modules 12000
  npm run fuzz -- --properties 10

exit codes: 0 nothing found, 1 something found, 2 wrong arguments
`;

/** What is to be done. */
export interface FuzzOptions {
  readonly cases: number;
  readonly seed: number;
  readonly from: number;
  readonly minutes: number;
  readonly workers: number;
  readonly replay?: string;
  readonly modules?: number;
  readonly properties?: number;
  readonly runs: number;
}

/** Reads the arguments. */
export function readOptions(args: readonly string[]): FuzzOptions | "help" | { readonly problem: string } {
  try {
    const text = { type: "string" } as const;
    const { values } = parseArgs({
      args: [...args],
      options: {
        cases: text,
        seed: text,
        from: text,
        minutes: text,
        workers: text,
        replay: text,
        modules: text,
        properties: text,
        runs: text,
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) return "help";
    const number = (
      name: "cases" | "seed" | "from" | "workers" | "modules" | "properties" | "runs",
      least: number,
      other: number,
    ) => {
      const given = values[name];
      const value = given === undefined ? other : Number(given);
      if (!Number.isSafeInteger(value) || value < least || given === "")
        throw new TypeError(`--${name} takes an integer of at least ${least}`);
      return value;
    };
    const minutes = values.minutes === undefined ? Number.POSITIVE_INFINITY : Number(values.minutes);
    if (!(minutes > 0)) throw new TypeError("--minutes takes a number above 0");
    return {
      cases: number("cases", 1, 1_000_000),
      seed: number("seed", 0, Math.floor(Math.random() * 2 ** 31)) | 0,
      from: number("from", 0, 0),
      minutes,
      workers: number("workers", 1, 2),
      runs: number("runs", 1, 1000),
      ...(values.replay === undefined ? {} : { replay: values.replay }),
      ...(values.modules === undefined ? {} : { modules: number("modules", 1, 1) }),
      ...(values.properties === undefined ? {} : { properties: number("properties", 1, 1) }),
    };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
