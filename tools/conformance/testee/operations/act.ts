import type { VectorFayAct, VectorInputs, VectorJudgedCall } from "../../../../generated/json/vector.js";
import { ActionJudge, ENTRY_CALLER } from "../../../../reference/assembly/index.js";
import { hostErrorOf } from "../../../../reference/assembly/session/action-policy.js";
import { type Answer, accepted } from "../answer.js";
import { given } from "../inputs.js";
import { assembledIn } from "./assembled.js";

/** Say of each call whether it is done. @spec assembly.actions.order */
export function act(inputs: VectorInputs): Answer {
  const judge = new ActionJudge(assembledIn(inputs), { methods: inputs.methods ?? [] });
  /** The judge's number of each call, in the order of the calls; it has none where nothing was handed to a part. */
  const numbers: (number | undefined)[] = [];
  const judged: VectorJudgedCall[] = [];
  for (const each of given(inputs, "acts")) {
    const number = numbers[(each.call ?? 0) - 1];
    if (each.do === "command") judge.command(each.action ?? "");
    else if (each.do === "call") judged.push(called(judge, each, numbers));
    else if (number !== undefined) each.do === "serve" ? judge.serve(number) : judge.end(number);
  }
  return accepted({ judged });
}

function called(
  judge: ActionJudge,
  { action = "", caller = ENTRY_CALLER, confirmed, proves = [] }: VectorFayAct,
  numbers: (number | undefined)[],
): VectorJudgedCall {
  const asked: string[] = [];
  let decision = judge.begin(caller, action);
  while (decision.kind === "confirm" || decision.kind === "authenticate") {
    const method = decision.kind === "authenticate" ? decision.method : undefined;
    asked.push(method ?? "confirmation");
    decision = judge.answer(decision.attempt, method === undefined ? confirmed === true : proves.includes(method));
  }
  numbers.push(decision.kind === "allowed" ? decision.call : undefined);
  return {
    is: decision.kind === "allowed" ? "done" : "refused",
    ...(decision.kind === "refused" && { reason: decision.reason, host_error: hostErrorOf(decision.reason) }),
    ...(asked.length > 0 && { asked }),
  };
}
