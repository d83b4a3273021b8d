import type { VectorInputs } from "../../../../generated/json/vector.js";
import { fromHex, join, toHex } from "../../building/octets.js";
import type { Draft } from "../../corpus/family.js";
import { instructionRow, instructionRows, sampleInstruction, sampleTlv, tlv } from "../instruction-table.js";
import {
  aboutRow,
  answered,
  asyncAnchor,
  capabilitiesAnchor,
  checkOrder,
  effects,
  nameOf,
  noHostCall,
  ok,
  policyAnchor,
  type Refused,
  refused,
  supportedAnchor,
  usual,
  write,
} from "./drafts.js";

/** Every released instruction through every check. */
export function everyInstruction(): readonly Draft[] {
  return instructionRows.flatMap((row) => {
    const name = nameOf(row);
    const bytes = sampleInstruction(row);
    const granted = row.capability === null ? [] : [row.capability];
    const asksHandle = Object.values(row.operands).includes("handle");
    const givesHandle = Object.values(row.results).includes("handle");
    const results = join(
      ...Object.values(row.results)
        .filter((type) => type !== "handle")
        .map(sampleTlv),
    );
    const inputs: VectorInputs = {
      bytes: toHex(bytes),
      granted,
      supported: [name],
      // The sample of a text names the function.
      ...(name === "host.call" && { host_functions: ["/data/file"] }),
      ...(results.length > 0 && !givesHandle && { results: toHex(results) }),
    };
    const clauses = ["instructions.table", "instructions.dispatch"];
    const parent =
      asksHandle || givesHandle || row === write
        ? usual
        : answered({
            id: `every/${row.name}/allowed`,
            clauses: row.dispatch === "async" ? [...clauses, asyncAnchor, "instructions.async.call-id"] : clauses,
            inputs,
            reply: row.dispatch === "async" ? join(ok, tlv(1, fromHex("00000001"))) : join(ok, results),
            why: `${name} is granted, supported and allowed, so it reaches the host once.`,
          });
    const refuse = (
      told: Pick<Refused, "id" | "clauses" | "check" | "context" | "why"> & Partial<Refused>,
      changes: Partial<VectorInputs>,
    ): Draft =>
      refused(parent, {
        mutator: parent === usual ? "replace-instruction" : "fail-checks",
        settings: { instruction: name },
        ...told,
        inputs: parent === usual ? { ...inputs, ...changes } : changes,
      });
    const drafts: Draft[] = parent === usual ? [] : [parent];
    if (row.capability !== null)
      drafts.push(
        refuse(
          {
            id: `every/${row.name}/not-granted`,
            clauses: [capabilitiesAnchor, noHostCall, "instructions.table"],
            check: "denied",
            context: { ...aboutRow(row), missing: [row.capability] },
            why: `${name} needs ${row.capability}, which was not granted.`,
          },
          { granted: ["host.call", "proc.spawn"].filter((each) => each !== row.capability) },
        ),
      );
    drafts.push(
      refuse(
        {
          id: `every/${row.name}/not-supported`,
          clauses: [supportedAnchor, noHostCall],
          check: "unsupported",
          context: { ...aboutRow(row) },
          why: `The adapter does not support ${name}.`,
        },
        {
          supported: row.name === "stderr_write" ? ["io.stdout_write"] : ["io.stderr_write"],
          granted: ["io.stdio", ...granted.filter((each) => each !== "io.stdio")],
        },
      ),
    );
    if (name === "host.call") drafts.push(...hostFunctions(refuse));
    if (asksHandle)
      drafts.push(
        refuse(
          {
            id: `every/${row.name}/no-such-handle`,
            clauses: ["instructions.handles.closed", "instructions.handles"],
            check: "host",
            hostError: "bad_handle",
            hostCalls: 0,
            context: { ...aboutRow(row), host_error: "bad_handle" },
            why: `${name} names the handle 1, and none was given out: the host is not called.`,
            effect: effects.reached,
          },
          {},
        ),
        refuse(
          {
            id: `every/${row.name}/no-such-handle-and-refused`,
            clauses: [checkOrder, policyAnchor],
            check: "policy",
            context: { ...aboutRow(row), host_error: "access_denied" },
            why: `The policy is asked before ${name} is translated, so it and not the handle decides.`,
            effect: effects.told,
          },
          { decision: "refuse" },
        ),
      );
    return drafts;
  });
}

type Refuse = (
  told: Pick<Refused, "id" | "clauses" | "check" | "context" | "why"> & Partial<Refused>,
  changes: Partial<VectorInputs>,
) => Draft;

/** Functions that the manifest does not name. @spec capabilities.host-functions */
function hostFunctions(refuse: Refuse): readonly Draft[] {
  const row = instructionRow("host.call");
  const cases: readonly (readonly [id: string, named: string[], why: string, more?: Partial<VectorInputs>])[] = [
    ["another-function", ["/data/other", "/data/file2", "/Data/file"], "The manifest names other functions."],
    ["function-written-otherwise", ["data/file", "/data/file "], "Names are compared whole."],
    ["no-function", [], "The manifest names no function."],
    ["no-function-and-allowed", [], "Nor does a policy that allows it make up for that.", { decision: "allow" }],
  ];
  const subscribe = instructionRow("host.subscribe");
  const unnamed = (id: string, asked: typeof row, why: string, inputs: Partial<VectorInputs>): Draft =>
    refused(usual, {
      id: `every/${id}`,
      clauses: ["capabilities.host-functions"],
      mutator: "replace-instruction",
      settings: { instruction: nameOf(asked) },
      inputs: {
        bytes: toHex(sampleInstruction(asked)),
        granted: ["host.call"],
        supported: [nameOf(asked)],
        ...inputs,
      },
      check: "policy",
      context: { ...aboutRow(asked), host_error: "access_denied" },
      why,
      effect: effects.reached,
    });
  return [
    unnamed("call/nothing-named", row, "A manifest that names nothing names no function.", {}),
    unnamed("subscribe/nothing-named", subscribe, "A manifest that names nothing names no topic.", {}),
    unnamed("subscribe/another-topic", subscribe, "The manifest names other topics.", {
      host_functions: ["/data/other", "/data/file2"],
    }),
    ...cases.map(([id, named, why, more]) =>
      refuse(
        {
          id: `every/call/${id}`,
          clauses: ["capabilities.host-functions"],
          check: "policy",
          context: { ...aboutRow(row), host_error: "access_denied" },
          why,
          effect: effects.reached,
        },
        { host_functions: named, ...more },
      ),
    ),
  ];
}
