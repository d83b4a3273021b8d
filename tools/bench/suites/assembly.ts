import { ok, strictEqual } from "node:assert";
import type { ComponentRow } from "../../../generated/enums/component-id.js";
import type { FayManifest } from "../../../generated/json/fay-manifest.js";
import {
  type ComponentCatalogue,
  componentCatalogue,
  judgeFayManifest,
  readFayManifest,
  resolveFayManifest,
} from "../../../reference/assembly/index.js";
import { type Figure, type Measurement, median, type Race, type Suite } from "../race.js";

/** How many components are declared. */
const COUNTS = [100, 1_000, 10_000, 100_000];
/** The count whose time by component the others are compared with. */
const BASE = 1_000;
/** Components measured in one round, whatever the count: rounds of all counts are equally long. */
const PER_ROUND = 100_000;
const ROUNDS = 5;

/** Judging, resolving and reading FayManifests of many components, which the SHOULD of linear time is about. */
export const assemblySuite: Suite = {
  name: "assembly",
  about: "FayManifests of 100 to 100,000 components with relations, against JSON.parse of the same text",
  races: () => COUNTS.flatMap((count) => [judgeRace(count), readRace(count)]),
  measurements: () => [growth("judge and resolve", judged), growth("read with places", read)],
};

/** A FayManifest and the catalogue it declares everything of. */
interface Sample {
  readonly text: string;
  readonly manifest: FayManifest;
  readonly catalogue: ComponentCatalogue;
}

const SAMPLES = new Map<number, Sample>();

/** A sample, made when it is first needed. */
function sampleOf(count: number): Sample {
  const sample = SAMPLES.get(count) ?? madeSample(count);
  SAMPLES.set(count, sample);
  return sample;
}

/** Of every five components one is a protocol; each depends on two others and is related to three. */
function madeSample(count: number): Sample {
  const id = (number: number) => `component_${number % count}`;
  const rows = Array.from(
    { length: count },
    (_, number): ComponentRow => ({
      id: id(number),
      group: number % 5 === 0 ? "protocol" : "module",
      stage: 1 + (number % 5),
      always: number % 10 === 0,
      runs: "guest",
      depends: [id(number + 1), id(number * 7)],
      related: [id(number + 2), id(number + 3), id(number * 13)],
      actions: [{ name: "act", skill: "skill", permission: `permission_${number % 50}` }],
      meaning: "",
    }),
  );
  const declared = rows.map((row) => ({ row, declaration: { id: row.id, version: "^1.0.0", config: { level: 1 } } }));
  // Declared from the last to the first: the order of the result is the table's.
  const declarations = (isProtocol: boolean) =>
    declared
      .filter(({ row }) => (row.group === "protocol") === isProtocol)
      .map(({ declaration }) => declaration)
      .reverse();
  const text = JSON.stringify({
    name: "many",
    version: "1.0.0",
    description: "",
    vendor: "",
    modules: declarations(false),
    protocols: declarations(true),
    controlMode: "ego",
    ego: { modelSource: "model" },
    permissions: { inherent: Array.from({ length: 40 }, (_, number) => `permission_${number}`) },
  });
  return { text, manifest: JSON.parse(text), catalogue: componentCatalogue(rows) };
}

/** Judges and resolves; gives how many components and warnings there are. */
function judged({ manifest, catalogue }: Sample): number {
  const { warnings, untold } = judgeFayManifest(manifest, catalogue);
  const { allComponents, allProtocols } = resolveFayManifest(manifest, catalogue);
  return warnings.length + untold + allComponents.length + allProtocols.length;
}

/** Reads with places and judges; gives how many warnings there are. */
function read({ text, catalogue }: Sample): number {
  const { warnings, untold } = readFayManifest(text, { catalogue, longest: text.length });
  return warnings.length + untold;
}

function judgeRace(count: number): Race {
  return race(`judge and resolve ${count.toLocaleString("en")} components`, count, judged);
}

function readRace(count: number): Race {
  return race(`read and judge ${count.toLocaleString("en")} components, with places`, count, read);
}

function race(name: string, count: number, job: (sample: Sample) => number): Race {
  return {
    name,
    ours: { name: "fayger", run: () => job(sampleOf(count)) },
    peers: [{ name: "JSON.parse", run: () => JSON.parse(sampleOf(count).text) }],
    check: () => checkSample(sampleOf(count), count),
    rounds: 7,
    warmUp: Math.ceil(BASE / count),
  };
}

/** Everything is there once, and every fifth component misses its permission. */
function checkSample(sample: Sample, count: number): void {
  const { allComponents, allProtocols } = resolveFayManifest(sample.manifest, sample.catalogue);
  strictEqual(allComponents.length + allProtocols.length, count);
  const { text, catalogue } = sample;
  const { errors, warnings, untold } = readFayManifest(text, { catalogue, longest: text.length });
  strictEqual(errors.length, 0);
  ok(warnings.length + untold === count / 5 && warnings.every(({ code }) => code === "permission_missing"));
}

/**
 * The least that any resolution does: a table of what is declared, and a look-up of each component and of what it
 * depends on. Where it grows, the caches of the machine are too small.
 */
function bareMaps({ manifest, catalogue }: Sample): number {
  const declared = new Map<string, unknown>();
  for (const declaration of manifest.modules) declared.set(declaration.id, declaration);
  for (const declaration of manifest.protocols) declared.set(declaration.id, declaration);
  let found = 0;
  for (const id of declared.keys()) {
    for (const needed of catalogue.row(id)?.depends ?? []) if (declared.has(needed)) found++;
  }
  return found;
}

/** The time by component of every count, as multiples of that of {@link BASE}. */
function growth(name: string, job: (sample: Sample) => number): Measurement {
  return {
    name: `${name}, by component`,
    run: () => {
      const jobs = [job, bareMaps];
      const times = jobs.map(() => COUNTS.map((): number[] => []));
      // Rounds of all counts in turn: noise of the machine hits all alike.
      for (let round = 0; round <= ROUNDS; round++) {
        for (const [index, count] of COUNTS.entries()) {
          const sample = sampleOf(count);
          for (const [which, work] of jobs.entries()) {
            const start = process.cpuUsage();
            for (let run = 0; run < PER_ROUND / count; run++) work(sample);
            const { user, system } = process.cpuUsage(start);
            // The first round compiles.
            if (round > 0) times[which]?.[index]?.push((user + system) / PER_ROUND);
          }
        }
      }
      const [ours, bare] = times.map((of) => of.map(median)) as [number[], number[]];
      const grown = (of: readonly number[], index: number) => (of[index] ?? 0) / (of[COUNTS.indexOf(BASE)] ?? 0);
      return COUNTS.flatMap((count, index): Figure[] => {
        const what = `${count.toLocaleString("en")} components`;
        const each: Figure = { what, value: ours[index] ?? 0, unit: "us each" };
        if (count <= BASE) return [each];
        const [growing, bareGrowing] = [grown(ours, index), grown(bare, index)];
        return [
          each,
          { what: `${what} by ${BASE.toLocaleString("en")}`, value: growing, unit: "x" },
          { what: "the same of bare maps", value: bareGrowing, unit: "x" },
          { what: "growth by that of bare maps", value: growing / bareGrowing, unit: "x", atMost: 2 },
        ];
      });
    },
  };
}
