import { isVectorFamily, VECTOR_FAMILY_ROWS } from "../../../generated/enums/vector-family.js";
import { isVectorOperation, VECTOR_OPERATION_ROWS } from "../../../generated/enums/vector-operation.js";
import { type Vector, validateVector } from "../../../generated/json/vector.js";
import { canonicalJson } from "./canonical-json.js";
import { isClause } from "./clauses.js";

/** Members of the inputs that hold bytes. */
const HEXADECIMAL = [
  "bytes",
  "trust_store",
  "installed",
  "expected_manifest_digest",
  "key",
  "message",
  "signature",
  "results",
] as const;

/** A vector with the family it was stated in. */
export interface Stated {
  readonly family: string;
  readonly vector: Vector;
}

/**
 * Everything that keeps vectors from being a corpus, one line each; empty where nothing does. `all` are the vectors
 * among which parents and equal inputs are looked for.
 */
export function corpusProblems(all: readonly Stated[]): string[] {
  const byId = new Map<string, Vector>();
  const byInputs = new Map<string, string>();
  const problems: string[] = [];
  for (const { vector } of all) {
    if (byId.has(vector.id)) problems.push(`${vector.id}: the id is there twice`);
    byId.set(vector.id, vector);
  }
  for (const { family, vector } of all) {
    const complain = (problem: string): void => void problems.push(`${vector.id}: ${problem}`);
    for (const { field, message } of validateVector(vector)) complain(`${field} is against the schema: ${message}`);
    if (!vector.id.startsWith(`${family}/`)) complain(`the id does not begin with ${family}/`);
    checkOperation(family, vector, complain);
    checkInputs(vector, complain);
    checkExpectation(vector, complain);
    checkClauses(vector, complain);
    checkParent(vector, byId, complain);
    checkExpansion(vector, complain);
    const asked = canonicalJson([vector.operation, vector.inputs, vector.expand ?? null]);
    const other = byInputs.get(asked);
    if (other !== undefined) complain(`asks the same as ${other}: of rows of a table, give one another example`);
    byInputs.set(asked, vector.id);
  }
  return problems;
}

type Complain = (problem: string) => void;

function checkOperation(family: string, { operation }: Vector, complain: Complain): void {
  if (!isVectorOperation(operation)) complain(`${operation} is no operation`);
  else if (isVectorFamily(family) && !VECTOR_FAMILY_ROWS[family].operations.includes(operation))
    complain(`the family ${family} has no operation ${operation}`);
}

/** The members are those the operation's row names. @spec conformance.operations */
function checkInputs({ operation, inputs }: Vector, complain: Complain): void {
  if (!isVectorOperation(operation)) return;
  const { takes, mayTake } = VECTOR_OPERATION_ROWS[operation];
  const present = Object.keys(inputs).map((member) => (member === "file" ? "bytes" : member));
  for (const member of takes) if (!present.includes(member)) complain(`the input ${member} is missing`);
  for (const member of present)
    if (!takes.includes(member) && !mayTake.includes(member)) complain(`${operation} takes no input ${member}`);
  if (inputs.bytes !== undefined && inputs.file !== undefined) complain("bytes and file are both there");
  for (const member of HEXADECIMAL) {
    const value = inputs[member];
    if (value !== undefined && !isHexadecimal(value)) complain(`the input ${member} is no lower-case hexadecimal`);
  }
}

function checkExpectation({ operation, expect, expand, effect }: Vector, complain: Complain): void {
  const expectations = [expect, ...(expand?.classes ?? []).map((each) => each.expect)];
  for (const { verdict, result, code, reason, phase, locus, context } of expectations) {
    if (verdict === "accept") {
      const refusals = { code, reason, phase, locus, context };
      for (const [member, value] of Object.entries(refusals))
        if (value !== undefined) complain(`an accepting expectation has a ${member}`);
      const gives = isVectorOperation(operation) ? VECTOR_OPERATION_ROWS[operation].gives : [];
      for (const member of Object.keys(result ?? {}))
        if (!gives.includes(member)) complain(`${operation} gives no ${member}`);
      if (result?.bytes !== undefined && !isHexadecimal(result.bytes))
        complain("the result's bytes are no hexadecimal");
    } else {
      if (code === undefined) complain("a refusing expectation has no code");
      if (result !== undefined && operation !== "dispatch" && operation !== "run")
        complain("a refusing expectation has a result");
    }
  }
  if (expectations.some(({ verdict }) => verdict === "reject") && effect === undefined)
    complain("a refusing vector does not say what goes wrong in the field");
}

function checkClauses({ clauses }: Vector, complain: Complain): void {
  for (const anchor of clauses) if (!isClause(anchor)) complain(`no requirement has the anchor ${anchor}`);
  if (new Set(clauses).size !== clauses.length) complain("a clause is there twice");
}

/** What is refused is one mutation of what is accepted. @spec conformance.recipe */
function checkParent(
  { expect, parent, recipe, operation }: Vector,
  byId: ReadonlyMap<string, Vector>,
  complain: Complain,
): void {
  if (expect.verdict === "reject" && (parent === undefined || recipe === undefined))
    complain("a refusing vector has no parent and recipe");
  if (parent === undefined) return;
  const found = byId.get(parent);
  if (found === undefined) complain(`its parent ${parent} is not there`);
  else if (found.expect.verdict !== "accept") complain(`its parent ${parent} is not accepted`);
  else if (found.operation !== operation) complain(`its parent ${parent} is of another operation`);
}

/** The classes cover the cases from the first to the last. @spec conformance.expansion */
function checkExpansion({ expand }: Vector, complain: Complain): void {
  if (expand === undefined) return;
  let next = 0;
  for (const { first, last } of expand.classes) {
    if (first !== next || last < first) complain(`a class begins at case ${first} and not at ${next}`);
    next = last + 1;
  }
  if (next !== expand.cases) complain(`the classes end before case ${next}, and there are ${expand.cases}`);
}

function isHexadecimal(value: string): boolean {
  return /^(?:[0-9a-f]{2})*$/.test(value);
}
