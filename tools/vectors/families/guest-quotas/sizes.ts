import { memorySize, tableSize } from "../../building/wasm/instructions.js";
import { tableType } from "../../building/wasm/module.js";
import type { Draft } from "../../corpus/family.js";
import { COMPLETED, FAILED_INIT, ran, ranInto, SPEAKING } from "../guests/drafts.js";
import { effects, grown, grownBy, PAGE, sayWords, words } from "./words.js";

function memory(): readonly Draft[] {
  const features = ["memory_limit"];
  const program = words(() => [grown(1), grown(1), grown(0), [memorySize]], { memory: [1, 10] });
  const one = (name: string, bytes: number, host: number | undefined, given: readonly number[], why: string): Draft =>
    ran({
      id: `guest-quotas/memory/${name}`,
      clauses: [
        "quotas.memory",
        "quotas.table",
        "guest-abi.memory-grow",
        ...(given.includes(-1) ? ["quotas.events"] : []),
      ],
      program,
      features,
      inputs: {
        ...SPEAKING,
        quotas: { memory_bytes: bytes },
        ...(host !== undefined && { host_quotas: { memory_bytes: host } }),
      },
      result: {
        states: [...COMPLETED],
        instructions: [sayWords(...given)],
        quotas_reached: given.includes(-1) ? ["memory_bytes"] : [],
      },
      why,
      effect: effects.memory,
    });
  const parent = ran({
    id: "guest-quotas/memory/initial-exact",
    clauses: ["quotas.initial-size", "quotas.table"],
    program: words(() => [[memorySize], grown(1)], { memory: [2] }),
    features,
    inputs: { ...SPEAKING, quotas: { memory_bytes: 2 * PAGE } },
    result: { states: [...COMPLETED], instructions: [sayWords(2, -1)] },
    why: "A memory may begin with all that is granted.",
    effect: effects.memory,
  });
  const refused = (name: string, quotas: number | undefined, host: number | undefined, why: string): Draft =>
    ranInto(parent, {
      id: `guest-quotas/memory/${name}`,
      clauses: ["quotas.initial-size", "lifecycle.init.fails", "quotas.effective"],
      inputs: {
        quotas: quotas === undefined ? {} : { memory_bytes: quotas },
        ...(host !== undefined && { host_quotas: { memory_bytes: host } }),
        log: [{ do: "init" }],
      },
      mutator: "lower-quota",
      refusal: {
        code: "RT_QUOTA_EXCEEDED",
        context: {
          quota: "memory_bytes",
          limit: Math.min(quotas ?? Number.MAX_SAFE_INTEGER, host ?? Number.MAX_SAFE_INTEGER),
        },
        result: {
          states: [...FAILED_INIT],
          answers: ["RT_QUOTA_EXCEEDED"],
          causes: ["RT_QUOTA_EXCEEDED"],
          quotas_reached: ["memory_bytes"],
        },
      },
      why,
      effect: effects.memory,
    });
  return [
    one("three-pages", 3 * PAGE, undefined, [1, 2, 3, 3], "Memory grows to all that is granted."),
    one("two-pages", 2 * PAGE, undefined, [1, -1, 2, 2], "One page above what is granted gives −1, and nothing grows."),
    one(
      "not-a-page",
      3 * PAGE - 1,
      undefined,
      [1, -1, 2, 2],
      "A page that is granted but for one byte is not granted.",
    ),
    one("one-page", PAGE, undefined, [-1, -1, 1, 1], "A program that has all it is granted gets nothing more."),
    one("host-lower", 10 * PAGE, 2 * PAGE, [1, -1, 2, 2], "The host's ceiling is lower and holds."),
    one("manifest-lower", 2 * PAGE, 10 * PAGE, [1, -1, 2, 2], "The manifest's quota is lower and holds."),
    parent,
    refused("initial-above", 2 * PAGE - 1, undefined, "A memory that begins above what is granted fails `init`."),
    refused("initial-above-the-host", undefined, PAGE, "The host's ceiling holds where the manifest is silent."),
    ran({
      id: "guest-quotas/memory/granted",
      clauses: ["quotas.grant", "quotas.memory"],
      program,
      features,
      inputs: {
        ...SPEAKING,
        quotas: { memory_bytes: PAGE },
        log: [{ do: "init" }, { do: "grant", quota: "memory_bytes", value: 2 * PAGE }, { do: "start" }],
      },
      result: { states: [...COMPLETED], instructions: [sayWords(1, -1, 2, 2)] },
      why: "What is granted later may be taken later.",
      effect: effects.memory,
    }),
  ];
}

function tables(): readonly Draft[] {
  const features = ["table_limit"];
  const program = words(() => [grownBy(1), grownBy(1, 1), grownBy(0), [tableSize(0)], [tableSize(1)]], {
    tables: [tableType("externref", 3), tableType("externref", 4)],
  });
  const one = (name: string, elements: number, given: readonly number[], why: string): Draft =>
    ran({
      id: `guest-quotas/tables/${name}`,
      clauses: [
        "quotas.memory",
        "quotas.table",
        "guest-abi.memory-grow",
        ...(given.includes(-1) ? ["quotas.events"] : []),
      ],
      program,
      features,
      inputs: { ...SPEAKING, quotas: { table_elements: elements } },
      result: {
        states: [...COMPLETED],
        instructions: [sayWords(...given)],
        quotas_reached: given.includes(-1) ? ["table_elements"] : [],
      },
      why,
      effect: effects.memory,
    });
  const parent = one(
    "seven",
    7,
    [-1, -1, 3, 3, 4],
    "All tables together count, and they may begin with all that is granted.",
  );
  const refused = (name: string, elements: number): Draft =>
    ranInto(parent, {
      id: `guest-quotas/tables/${name}`,
      clauses: ["quotas.initial-size", "lifecycle.init.fails"],
      inputs: { quotas: { table_elements: elements }, log: [{ do: "init" }] },
      mutator: "lower-quota",
      refusal: {
        code: "RT_QUOTA_EXCEEDED",
        context: { quota: "table_elements", limit: elements },
        result: { states: [...FAILED_INIT], answers: ["RT_QUOTA_EXCEEDED"], quotas_reached: ["table_elements"] },
      },
      why: "Tables that begin above what is granted fail `init`.",
      effect: effects.memory,
    });
  return [
    one("nine", 9, [3, 4, 4, 4, 5], "Tables grow to all that is granted."),
    one("eight", 8, [3, -1, 4, 4, 4], "One element above what is granted gives −1, and nothing grows."),
    parent,
    refused("initial-above", 6),
    refused("initial-none", 0),
  ];
}

/** Memory and tables. */
export function sizeDrafts(): readonly Draft[] {
  return [...memory(), ...tables()];
}
