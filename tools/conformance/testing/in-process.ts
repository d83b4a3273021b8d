import type { VectorOperation } from "../../../generated/enums/vector-operation.js";
import { VECTOR_OPERATIONS } from "../../../generated/enums/vector-operation.js";
import type { Question } from "../corpus/cases.js";
import type { Answer, Entrance } from "../session/entrance.js";
import { answer as askReference } from "../testee/index.js";

/** What an implementation does instead of the reference; undefined where it does the same. */
export type Deviation = (question: Question, right: () => Promise<Answer>) => Promise<Answer | undefined>;

/** The reference as an entrance without a process, with a deviation where a test plants one. */
export function inProcess(deviation?: Deviation): Entrance {
  return {
    introduce: async () => ({
      name: "in-process",
      version: "0",
      language: "typescript",
      specification: "1.0",
      operations: VECTOR_OPERATIONS,
      features: [],
    }),
    ask: async (question) => {
      const right = () => askReference(question.operation as VectorOperation, question.inputs);
      try {
        const answer = (await deviation?.(question, right)) ?? (await right());
        return { outcome: { kind: "answer", answer }, milliseconds: 0 };
      } catch (error) {
        return { outcome: { kind: "crashed", cause: "ended", detail: String(error) }, milliseconds: 0 };
      }
    },
    close: async () => ({ problems: [] }),
    abandon: async () => {},
  };
}
