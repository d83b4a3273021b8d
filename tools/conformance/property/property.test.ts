import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isClause } from "../../vectors/corpus/clauses.js";
import { openCorpus } from "../corpus/open.js";
import type { Answer } from "../session/entrance.js";
import { DEFAULT_BOUNDS } from "../session/entrance.js";
import { Session } from "../session/session.js";
import { noTranscript } from "../session/transcript.js";
import { type Deviation, inProcess } from "../testing/in-process.js";
import { bytesOf, type Edit, edited, edits, hex } from "./edits.js";
import { laws, tryLaws } from "./run.js";

const corpus = openCorpus(fileURLToPath(new URL("../../../conformance-vectors", import.meta.url)));
const python = fileURLToPath(new URL("../python/fayger_check", import.meta.url));

const accepted = (answer: Answer, result: NonNullable<Answer["result"]>): Answer => ({
  ...answer,
  verdict: "accept",
  result: { ...answer.result, ...result },
});

/** For each law, an implementation that breaks it. */
const breakers: Readonly<Record<string, Deviation>> = {
  "decode-gives-the-same-bytes": async ({ operation }, right) => {
    const answer = await right();
    if (operation !== "decode" || answer.verdict === "reject") return undefined;
    return accepted(answer, { bytes: `${answer.result?.bytes}00` });
  },
  "encode-undoes-decode": async ({ operation }, right) =>
    operation === "encode" ? accepted(await right(), { bytes: "00" }) : undefined,
  "refusals-have-a-place": async ({ operation }, right) => {
    const answer = await right();
    if (operation !== "decode" || answer.verdict === "accept") return undefined;
    return { ...answer, context: { ...answer.context, offset: 1_000_000 } };
  },
  "a-cut-document-is-truncated": async ({ operation }, right) => {
    const answer = await right();
    if (operation !== "decode" || answer.context?.["reason"] !== "truncated") return undefined;
    return { ...answer, context: { ...answer.context, reason: "wrong_type" } };
  },
  "nothing-follows-a-document": async ({ operation }, right) => {
    const answer = await right();
    if (operation !== "decode" || answer.context?.["reason"] !== "trailing_bytes") return undefined;
    return { verdict: "accept", result: {} };
  },
  "a-question-is-alone": remembering(),
  "a-signed-artifact-cannot-be-changed": async ({ operation }, right) => {
    const answer = await right();
    if (operation !== "load" || answer.code !== "LDR_CRC_MISMATCH") return undefined;
    return { verdict: "accept", result: { selected: [], skipped: [] } };
  },
  "an-artifact-ends-where-it-ends": async ({ operation }, right) => {
    const answer = await right();
    if (operation !== "load" || answer.context?.["reason"] !== "computed_end") return undefined;
    return { verdict: "accept", result: {} };
  },
  "loads-refuse-with-a-phase": async ({ operation }, right) => {
    const answer = await right();
    if (operation !== "load" || answer.verdict === "accept") return undefined;
    const { phase: _, ...context } = answer.context ?? {};
    return { ...answer, context };
  },
  "lazy-and-eager-agree": async ({ operation, inputs }, right) => {
    const answer = await right();
    if (operation !== "load" || inputs.strategy !== "lazy" || answer.code !== "LDR_DIGEST_MISMATCH") return undefined;
    return { verdict: "accept", result: {} };
  },
  "repacking-changes-nothing": async ({ operation }, right) => {
    const answer = await right();
    if (operation !== "repack" || answer.verdict === "reject") return undefined;
    return accepted(answer, { bytes: `${answer.result?.bytes}00` });
  },
  "claims-have-no-order": async ({ operation, inputs }, right) => {
    const first = (inputs.profile as { features?: readonly string[] } | undefined)?.features?.[0];
    return operation === "select"
      ? accepted(await right(), { selected: first === undefined ? [] : [first] })
      : undefined;
  },
  "claiming-more-loses-nothing": async ({ operation, inputs }, right) => {
    const { capabilities = [] } = (inputs.profile ?? {}) as { readonly capabilities?: readonly string[] };
    return operation === "select" && capabilities.length > 2 ? accepted(await right(), { selected: [] }) : undefined;
  },
  "ranges-are-an-order": async ({ inputs }, right) =>
    inputs.range?.startsWith("<") === true ? accepted(await right(), { matches: true }) : undefined,
  "capabilities-are-an-intersection": async ({ operation, inputs }, right) =>
    operation === "negotiate_capabilities"
      ? accepted(await right(), { granted: [...(inputs.optional ?? [])] })
      : undefined,
  "a-wider-policy-grants-no-less": async ({ operation, inputs }, right) =>
    operation === "negotiate_capabilities" && (inputs.policy ?? []).length > 3
      ? accepted(await right(), { granted: [] })
      : undefined,
  "an-illegal-trigger-changes-nothing": async ({ operation }, right) => {
    const answer = await right();
    if (operation !== "lifecycle" || answer.verdict === "accept") return undefined;
    return { ...answer, effects: { ...answer.effects, state: "Failed" } };
  },
  "bus-and-decoder-agree": async ({ operation }, right) => {
    const answer = await right();
    if (operation !== "dispatch" || answer.code !== "ADP_INSTRUCTION_MALFORMED") return undefined;
    return { ...answer, code: "ADP_UNSUPPORTED_INSTRUCTION" };
  },
  "bytes-come-back": async ({ operation, inputs }, right) =>
    operation === "echo" ? accepted(await right(), { bytes: (inputs.bytes ?? "").slice(0, 6) }) : undefined,
};

/** An implementation that keeps what it decoded last. */
function remembering(): Deviation {
  let last: Answer | undefined;
  return async ({ operation }, right) => {
    const before = last;
    if (operation === "decode") last = await right();
    return operation === "decode" ? before : undefined;
  };
}

const options = { check: fc, corpus, laws, runs: 100, seed: 20_261_121 };

describe("a law", () => {
  it("follows from requirements that exist, and is stated in one sentence", () => {
    for (const { name, statement, clauses, operations } of laws) {
      expect(
        clauses.filter((anchor) => !isClause(anchor)),
        name,
      ).toEqual([]);
      expect(statement, name).toMatch(/^[A-Z].*[.]$/);
      expect(operations.length, name).toBeGreaterThan(0);
    }
    expect(new Set(laws.map(({ name }) => name)).size).toBe(laws.length);
    expect(Object.keys(breakers)).toEqual(laws.map(({ name }) => name));
  });

  it.each(laws.map((law) => [law.name, law] as const))("%s is noticed to be broken", async (name, law) => {
    const deviation = breakers[name];
    const [outcome] = await tryLaws({ ...options, laws: [law], entrance: inProcess(deviation) });
    expect(outcome?.outcome).toBe("broken");
    // What is shown was asked and answered in just this case.
    expect(outcome?.counterexample?.exchange.length).toBeGreaterThan(0);
    expect(outcome?.counterexample?.problem).not.toBe("");
  });

  it("holds of the reference", async () => {
    const outcomes = await tryLaws({ ...options, entrance: inProcess() });
    expect(outcomes.map(({ law, outcome, counterexample }) => [law.name, outcome, counterexample?.problem])).toEqual(
      laws.map(({ name }) => [name, "holds", undefined]),
    );
  });
});

describe("trying laws", () => {
  it("makes a counterexample as small as it can be, across the border of a process", async () => {
    // A real process, that gives back at most eight bytes.
    const program = `
      const lines = require("node:readline").createInterface({ input: process.stdin });
      lines.on("line", (line) => {
        const { message, token, inputs } = JSON.parse(line);
        if (message === "hello") say({ message, protocol: 1, name: "short", version: "0", language: "javascript", specification: "1.0", operations: ["echo"], features: [] });
        if (message === "run") say({ message: "answer", token, verdict: "accept", result: { bytes: inputs.bytes.slice(0, 16) } });
      });
      const say = (value) => console.log(JSON.stringify(value));
    `;
    const entrance = new Session([process.execPath, "-e", program], DEFAULT_BOUNDS, noTranscript);
    try {
      const outcomes = await tryLaws({ ...options, entrance });
      const asked = outcomes.filter(({ outcome }) => outcome !== "not asked");
      expect(asked.map(({ law, outcome }) => [law.name, outcome])).toEqual([["bytes-come-back", "broken"]]);
      // Nine bytes, each of them nothing: the smallest there is.
      expect(asked[0]?.counterexample?.inputs).toBe("00".repeat(9));
    } finally {
      await entrance.close();
    }
  });

  it("counts a crash as what breaks the law, and goes on", async () => {
    const crash: Deviation = async ({ inputs }) => {
      if ((inputs.bytes ?? "").length > 4) throw new Error("it broke");
      return undefined;
    };
    const [outcome] = await tryLaws({
      ...options,
      laws: laws.filter(({ name }) => name === "bytes-come-back"),
      entrance: inProcess(crash),
    });
    expect(outcome).toMatchObject({ outcome: "broken", counterexample: { inputs: "000000" } });
    expect(outcome?.counterexample?.problem).toMatch(/^no answer: .*it broke/);
  });

  it("makes the same cases from the same seed", async () => {
    const said = async (): Promise<string[]> => {
      const questions: string[] = [];
      const listening: Deviation = async (question) => {
        questions.push(JSON.stringify(question));
        return undefined;
      };
      await tryLaws({ ...options, runs: 20, entrance: inProcess(listening) });
      return questions;
    };
    expect(await said()).toEqual(await said());
  });

  it("finds all laws in the independent implementation, too", async (context) => {
    const entrance = new Session(["python3", python, "session"], DEFAULT_BOUNDS, noTranscript);
    const introduction = await entrance.introduce();
    if ("kind" in introduction) {
      await entrance.close();
      context.skip(`python3 cannot be started: ${introduction.detail}`);
      return;
    }
    try {
      const outcomes = await tryLaws({ ...options, runs: 40, entrance });
      expect(outcomes.filter(({ outcome }) => outcome !== "holds")).toEqual([]);
    } finally {
      await entrance.close();
    }
  });
});

describe("edits", () => {
  it("fit bytes of every length, and say what they do", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), edits(fc), (bytes, script) => {
        const after = edited(bytes, script);
        expect(bytesOf(hex(after))).toEqual(new Uint8Array(after));
      }),
    );
    const one = (edit: Edit) => hex(edited(bytesOf("00112233"), [edit]));
    expect(one({ kind: "set", at: 5, byte: 0xff })).toBe("00ff2233");
    expect(one({ kind: "insert", at: 4, byte: 0xff })).toBe("00112233ff");
    expect(one({ kind: "remove", at: 3, count: 9 })).toBe("001122");
    expect(one({ kind: "repeat", at: 1, count: 2 })).toBe("001122112233");
    expect(one({ kind: "cut", at: 2 })).toBe("0011");
  });
});
