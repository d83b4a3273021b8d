import type { VectorInputs, VectorResult } from "../../../generated/json/vector.js";
import { accepted, type Draft, type Family } from "../corpus/family.js";
import { SPECIFICATION } from "../corpus/specification.js";

/** A row of the table of quotas. */
interface QuotaRow {
  readonly name: string;
  readonly implies: string | null;
}

const rows = (SPECIFICATION.tables["quotas"]?.rows ?? []) as unknown as readonly QuotaRow[];
const LARGEST = Number.MAX_SAFE_INTEGER;

type Quotas = Readonly<Record<string, number>>;

interface Case {
  readonly id: string;
  readonly manifest: Quotas;
  readonly host: Quotas;
  readonly grants?: readonly (readonly [quota: string, value: number])[];
  readonly effective: Quotas;
  readonly clauses?: readonly string[];
  readonly why: string;
}

/** RuntimeCapabilities that some quotas need, by the table. */
function implied(...sets: readonly Quotas[]): string[] {
  const names = new Set(sets.flatMap((set) => Object.keys(set)));
  const needed = rows.flatMap(({ name, implies }) => (names.has(name) && implies !== null ? [implies] : []));
  return [...new Set(needed)].sort();
}

function draft({ id, manifest, host, grants, effective, clauses = [], why }: Case): Draft {
  const inputs: VectorInputs = {
    quotas: { ...manifest },
    host_quotas: { ...host },
    ...(grants !== undefined && { log: grants.map(([quota, value]) => ({ do: "grant" as const, quota, value })) }),
  };
  const result: VectorResult = { effective: { ...effective }, implied: implied(manifest, host) };
  return accepted({
    id: `quotas/${id}`,
    operation: "effective_quotas",
    clauses: ["quotas.effective", "quotas.implied", ...clauses],
    inputs,
    result,
    why,
    effect: "A program gets more of the host than somebody allowed it, or runs where nobody can hold it to its bounds.",
  });
}

/** Every quota by itself. */
function each(): readonly Case[] {
  return rows.flatMap(({ name }): Case[] => {
    const slug = name.replaceAll("_", "-");
    const manifest = (value: number): Quotas => ({ [name]: value });
    return [
      {
        id: `${slug}/manifest-lower`,
        manifest: manifest(7),
        host: manifest(8),
        effective: manifest(7),
        why: "The manifest's quota is the lower one.",
      },
      {
        id: `${slug}/host-lower`,
        manifest: manifest(8),
        host: manifest(7),
        effective: manifest(7),
        why: "The host's ceiling is the lower one.",
      },
      {
        id: `${slug}/manifest-alone`,
        manifest: manifest(LARGEST),
        host: {},
        effective: manifest(LARGEST),
        clauses: ["quotas.manifest"],
        why: "A host that is silent takes nothing away.",
      },
      {
        id: `${slug}/nothing-at-all`,
        manifest: manifest(0),
        host: manifest(9),
        effective: manifest(0),
        clauses: ["quotas.manifest"],
        why: "0 is a quota like any other, and never means that there is none.",
      },
      {
        id: `${slug}/nothing-of-the-host`,
        manifest: manifest(9),
        host: manifest(0),
        effective: manifest(0),
        why: "A ceiling of 0 is a ceiling.",
      },
      {
        id: `${slug}/host-alone`,
        manifest: {},
        host: manifest(5),
        effective: {},
        why: "What the host sets needs what holds it, also where the manifest is silent.",
      },
      {
        id: `${slug}/granted-more`,
        manifest: manifest(5),
        host: manifest(3),
        grants: [[name, 100]],
        effective: manifest(100),
        clauses: ["quotas.grant"],
        why: "A grant replaces what holds, also above the ceiling.",
      },
      {
        id: `${slug}/granted-less`,
        manifest: manifest(5),
        host: {},
        grants: [[name, 2]],
        effective: manifest(2),
        clauses: ["quotas.grant"],
        why: "A grant replaces what holds, also with less.",
      },
    ];
  });
}

const everything = Object.fromEntries(rows.map(({ name }, at) => [name, 100 + at]));
const reversed = Object.fromEntries(rows.map(({ name }, at) => [name, 109 - at]));

/** Several together. */
function together(): readonly Case[] {
  const lower = Object.fromEntries(rows.map(({ name }, at) => [name, Math.min(100 + at, 109 - at)]));
  return [
    { id: "several/none", manifest: {}, host: {}, effective: {}, why: "Nothing is set, and nothing is needed." },
    {
      id: "several/all-of-the-manifest",
      manifest: everything,
      host: {},
      effective: everything,
      why: "Every quota of the manifest.",
    },
    { id: "several/all-of-the-host", manifest: {}, host: everything, effective: {}, why: "Every quota of the host." },
    {
      id: "several/all",
      manifest: everything,
      host: reversed,
      effective: lower,
      why: "Each quota is the lower of its own two.",
    },
    {
      id: "several/different",
      manifest: { fuel: 4 },
      host: { wall_ms: 3, memory_bytes: 2 },
      effective: { fuel: 4 },
      why: "What holds one quota is needed beside what holds the other.",
    },
    {
      id: "several/same-need",
      manifest: { fuel: 4, fuel_per_slice: 1 },
      host: { fuel: 9 },
      effective: { fuel: 4, fuel_per_slice: 1 },
      why: "What is needed twice is named once.",
    },
    {
      id: "several/no-need",
      manifest: { open_handles: 4, reply_bytes: 1 },
      host: { open_calls: 2 },
      effective: { open_handles: 4, reply_bytes: 1 },
      why: "Some quotas need nothing of the implementation.",
    },
    {
      id: "several/granted-twice",
      manifest: { fuel: 4 },
      host: {},
      grants: [
        ["fuel", 10],
        ["fuel", 6],
      ],
      effective: { fuel: 6 },
      clauses: ["quotas.grant"],
      why: "The last grant holds.",
    },
    {
      id: "several/granted-another",
      manifest: { fuel: 4 },
      host: { fuel: 2 },
      grants: [["wall_ms", 10]],
      effective: { fuel: 2, wall_ms: 10 },
      clauses: ["quotas.grant"],
      why: "A grant says nothing of other quotas.",
    },
  ];
}

/** Which quotas hold. */
export const quotas: Family = {
  name: "quotas",
  drafts: () => [...each(), ...together()].map(draft),
};
