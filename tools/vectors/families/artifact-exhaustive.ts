import type {
  VectorClass,
  VectorExpansion,
  VectorExpectation,
  VectorInputs,
  VectorResult,
} from "../../../generated/json/vector.js";
import { type Built, sectionOf } from "../building/artifact.js";
import { spliced } from "../building/artifact-head.js";
import { join, toHex } from "../building/octets.js";
import { judge } from "../building/small-judge.js";
import type { Draft, Family } from "../corpus/family.js";
import { type KeyName, testKey } from "../corpus/keys.js";
import { type LoadParent, loads, textSection } from "./artifact-drafts.js";

/** Every truncation, every bit, every byte too many or too few, every order of the parts. */
export const artifactExhaustive: Family = {
  name: "artifact-exhaustive",
  drafts: () =>
    subjects.flatMap(({ id, key }) => {
      const eager = subject(id, "eager", key);
      const lazy = subject(id, "lazy", key);
      const eagerRecipes = recipes(eager.built);
      return [
        eager.draft,
        lazy.draft,
        ...eagerRecipes.map((recipe) => exhaustive(eager, id, "eager", recipe)),
        ...recipes(lazy.built)
          .filter(({ inLazy }) => inLazy)
          .map((recipe) => exhaustive(lazy, id, "lazy", recipe)),
      ];
    }),
};

const subjects: readonly { readonly id: string; readonly key?: KeyName }[] = [
  { id: "unsigned" },
  { id: "ed25519", key: "ed25519-publisher" },
  { id: "ecdsa-p256", key: "ecdsa-p256-publisher" },
  { id: "rsa-pss", key: "rsa-2048-publisher" },
];

type Strategy = "eager" | "lazy";

/** A small artifact of two sections; a lazy load reads the second alone. */
function subject(id: string, strategy: Strategy, key: KeyName | undefined): LoadParent {
  const sections = [textSection("data", "words", { kind: 2 }), textSection("main", "a program")];
  const parent = loads({
    id: `artifact-exhaustive/accepted/${id}-${strategy}`,
    plan: { name: `x/${id}`, entry: "main", sections, ...(key !== undefined && { key: testKey(key) }) },
    inputs: { strategy, ...(strategy === "lazy" && { access: ["main"] }) },
    clauses: ["loader.coded-errors", "loader.strategy"],
    why: "The untouched artifact loads.",
  });
  if (strategy === "eager") return parent;
  const bodies = [toHex(sectionOf(parent.built, "main").digest)];
  return { ...parent, draft: withResult(parent.draft, { bodies }) };
}

function withResult(draft: Draft, result: VectorResult): Draft {
  return { ...draft, expect: { ...draft.expect, result: { ...draft.expect.result, ...result } } };
}

interface Recipe {
  readonly name: string;
  readonly mutator: VectorExpansion["mutator"];
  readonly arguments?: Readonly<Record<string, unknown>>;
  readonly cases: number;
  /** The bytes of one case. @spec conformance.expansion */
  readonly bytes: (number: number) => Uint8Array;
  /** Whether lazy loads are put through it too. */
  readonly inLazy: boolean;
  /** How much is asserted of a refusal: with offset and path, nearly every byte makes a class of its own. */
  readonly asserts: "everything" | "reason" | "code";
  readonly clauses: readonly string[];
  readonly why: string;
}

function recipes({ bytes, plan, indexAt, bodiesAt, trailerAt, sections }: Built): readonly Recipe[] {
  const size = bytes.length;
  // Where offset and path lie does not depend on the algorithm; two subjects are enough for them.
  const isPrecise = plan.key === undefined || plan.key.algorithm === "ed25519";
  const starts = [0, 48, indexAt, bodiesAt, ...sections.slice(1).map(({ at }) => at), trailerAt, size];
  const parts = starts
    .slice(0, -1)
    .map((offset, number) => ({ offset, length: (starts[number + 1] ?? size) - offset }));
  const insert = (byte: number): Recipe => ({
    name: `insert-${byte.toString(16).padStart(2, "0")}`,
    mutator: "insert-byte",
    arguments: { byte },
    cases: size + 1,
    bytes: (number) => spliced(bytes, number, 0, Uint8Array.of(byte)),
    inLazy: false,
    asserts: "reason",
    clauses: ["format.parts", "loader.verify-structure.end"],
    why: `At every place a byte ${byte.toString(16).padStart(2, "0")} too many.`,
  });
  return [
    {
      name: "truncate",
      mutator: "truncate",
      cases: size,
      bytes: (number) => bytes.subarray(0, number),
      inLazy: true,
      asserts: "reason",
      clauses: ["loader.read-head.size", "loader.read-head.parts", "loader.verify-structure.end"],
      why: "The artifact is cut at every length.",
    },
    {
      name: "flip-bit",
      mutator: "flip-bit",
      cases: 8 * size,
      bytes: (number) => {
        const flipped = Uint8Array.from(bytes);
        const at = Math.floor(number / 8);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << (7 - (number % 8)));
        return flipped;
      },
      inLazy: isPrecise,
      asserts: isPrecise ? "everything" : "code",
      clauses: ["loader.verify-structure.crc", "format.trailer.crc32", "loader.read-sections", "encoding.verdict"],
      why: "Every single bit of the artifact is inverted.",
    },
    insert(0),
    ...(plan.key === undefined ? [insert(0xff)] : []),
    {
      name: "delete-byte",
      mutator: "delete-byte",
      cases: size,
      bytes: (number) => spliced(bytes, number, 1),
      inLazy: false,
      asserts: "reason",
      clauses: ["format.parts", "loader.verify-structure.end"],
      why: "Every single byte of the artifact is missing.",
    },
    {
      name: "swap-parts",
      mutator: "swap-parts",
      arguments: { parts },
      cases: factorial(parts.length) - 1,
      bytes: (number) =>
        join(...inOrder(parts, number + 1).map(({ offset, length }) => bytes.subarray(offset, offset + length))),
      inLazy: false,
      asserts: "reason",
      clauses: ["format.parts", "loader.parse.places"],
      why: "The parts of the artifact stand in every other order.",
    },
  ];
}

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1);
}

/** The n-th order of some things, lexicographic by their numbers; the 0th is the one in which they are given. */
function inOrder<T>(things: readonly T[], n: number): readonly T[] {
  if (things.length === 0) return [];
  const block = factorial(things.length - 1);
  const at = Math.floor(n / block);
  return [things[at] as T, ...inOrder([...things.slice(0, at), ...things.slice(at + 1)], n % block)];
}

function exhaustive({ draft, built }: LoadParent, id: string, strategy: Strategy, recipe: Recipe): Draft {
  const { name, mutator, arguments: settings, cases, bytes, asserts, clauses, why } = recipe;
  const read = strategy === "lazy" ? ["main"] : built.sections.map((section) => section.id);
  const inputs: VectorInputs = draft.inputs;
  const classes = classesOf(cases, (number) => {
    const found = judge(bytes(number), { sound: built, read });
    return found.verdict === "accept" ? { ...draft.expect } : told(found, asserts);
  });
  return {
    id: `artifact-exhaustive/${id}/${name}-${strategy}`,
    operation: "load",
    clauses: ["loader.coded-errors", "loader.checks.order", ...clauses],
    inputs,
    expect: draft.expect,
    expand: { mutator, ...(settings !== undefined && { arguments: settings }), cases, classes },
    why,
    effect: "Some damage of an artifact crashes a loader, hangs it, or goes unnoticed.",
  };
}

/**
 * What a class asserts of its refusals. Never what was stored and what was computed: it is another value in every case.
 */
function told(
  { context: _, locus, reason, ...expectation }: VectorExpectation,
  asserts: Recipe["asserts"],
): VectorExpectation {
  if (asserts === "code") return expectation;
  const because = { ...expectation, ...(reason !== undefined && { reason }) };
  if (asserts === "everything") return { ...because, ...(locus && { locus }) };
  const { section, part } = locus ?? {};
  const rest = { ...(part !== undefined && { part }), ...(section !== undefined && { section }) };
  return { ...because, ...(Object.keys(rest).length > 0 && { locus: rest }) };
}

/** Neighbours with one expectation are one class. */
function classesOf(cases: number, expectation: (number: number) => VectorExpectation): VectorClass[] {
  const classes: { first: number; last: number; readonly expect: VectorExpectation; readonly told: string }[] = [];
  for (let number = 0; number < cases; number++) {
    const expect = expectation(number);
    const text = JSON.stringify(expect);
    const before = classes.at(-1);
    if (before?.told === text) before.last = number;
    else classes.push({ first: number, last: number, expect, told: text });
  }
  return classes.map(({ first, last, expect }) => ({ first, last, expect }));
}
