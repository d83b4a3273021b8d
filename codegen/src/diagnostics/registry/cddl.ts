import { error, warning } from "../define.js";

/** Diagnostics of the CDDL front end: reading characters, reading the grammar, and resolving names and meanings. */
export const cddlDiagnostics = {
  // Characters and literals.
  "cddl/unexpected-character": error<{ character: string }>(({ character }) => `unexpected character ${character}`),
  "cddl/tab-character": error(() => "a tab is not white space in CDDL"),
  "cddl/unterminated-text": error(() => "text string is not closed on its line"),
  "cddl/unterminated-bytes": error(() => "byte string is not closed"),
  "cddl/invalid-escape": error<{ sequence: string }>(({ sequence }) => `\`${sequence}\` is not an escape sequence`),
  "cddl/invalid-hex": error<{ reason: string }>(({ reason }) => `invalid hexadecimal byte string: ${reason}`),
  "cddl/invalid-base64": error<{ reason: string }>(({ reason }) => `invalid base64 byte string: ${reason}`),
  "cddl/leading-zero": error<{ number: string }>(({ number }) => `number \`${number}\` starts with a zero`),
  "cddl/number-out-of-range": error<{ number: string; reason: string }>(
    ({ number, reason }) => `number \`${number}\` ${reason}`,
  ),

  // Grammar.
  "cddl/expected-rule": error<{ found: string }>(({ found }) => `expected a rule, found ${found}`),
  "cddl/expected-assignment": error<{ name: string; found: string }>(
    ({ name, found }) => `expected \`=\`, \`/=\` or \`//=\` after rule name \`${name}\`, found ${found}`,
  ),
  "cddl/expected-type": error<{ found: string }>(({ found }) => `expected a type, found ${found}`),
  "cddl/expected-token": error<{ expected: string; found: string }>(
    ({ expected, found }) => `expected ${expected}, found ${found}`,
  ),
  "cddl/unclosed-bracket": error<{ bracket: string; found: string }>(
    ({ bracket, found }) => `\`${bracket}\` is not closed before ${found}`,
  ),
  "cddl/mismatched-bracket": error<{ expected: string; found: string }>(
    ({ expected, found }) => `expected \`${expected}\` to close this group, found \`${found}\``,
  ),
  "cddl/nesting-too-deep": error<{ limit: number }>(({ limit }) => `brackets are nested deeper than ${limit} levels`),
  "cddl/operator-chain": error<{ operator: string }>(
    ({ operator }) => `operator \`${operator}\` follows another operator without parentheses`,
  ),
  "cddl/key-needs-parentheses": error(() => "a choice of types used as a key needs parentheses"),
  "cddl/assignment-in-group": error<{ name: string; operator: string }>(
    ({ name, operator }) => `\`${name} ${operator}\` defines a rule and cannot stand inside a group`,
  ),
  "cddl/group-choice-outside-group": error(() => "`//` is only allowed between parentheses, brackets or braces"),
  "cddl/major-type-out-of-range": error<{ major: number }>(({ major }) => `major type ${major} does not exist`),

  // Names.
  "cddl/undefined-rule": error<{ name: string }>(({ name }) => `rule \`${name}\` is not defined`),
  "cddl/ambiguous-rule": error<{ name: string }>(
    ({ name }) => `rule \`${name}\` is not defined in this file and other files define it differently`,
  ),
  "cddl/duplicate-rule": error<{ name: string }>(({ name }) => `rule \`${name}\` is already defined`),
  "cddl/repeated-rule": warning<{ name: string }>(
    ({ name }) => `rule \`${name}\` is defined again with the same meaning`,
  ),
  "cddl/prelude-redefined": warning<{ name: string }>(
    ({ name }) => `rule \`${name}\` changes the meaning of a name of the standard prelude`,
  ),
  "cddl/circular-definition": error<{ name: string }>(({ name }) => `rule \`${name}\` is defined as itself`),
  "cddl/import-not-found": error<{ module: string }>(({ module }) => `imported module \`${module}\` was not found`),

  // Types and groups.
  "cddl/mixed-definition": error<{ name: string; here: string; there: string }>(
    ({ name, here, there }) => `rule \`${name}\` is a ${here} here and a ${there} elsewhere`,
  ),
  "cddl/socket-assignment": error<{ name: string; expected: string; found: string }>(
    ({ name, expected, found }) => `socket \`${name}\` is filled with \`${expected}\`, not with \`${found}\``,
  ),
  "cddl/group-used-as-type": error<{ what: string }>(({ what }) => `${what} a group, but a type is needed here`),
  "cddl/type-used-as-group": error<{ name: string }>(
    ({ name }) => `rule \`${name}\` is a type, but a group is needed here`,
  ),
  "cddl/unwrap-not-applicable": error<{ name: string }>(
    ({ name }) => `rule \`${name}\` is not a map, an array or a tag and cannot be unwrapped`,
  ),
  "cddl/member-without-key": error(() => "a map entry needs a key"),

  // Generics.
  "cddl/generic-arity": error<{ name: string; expected: number; found: number }>(
    ({ name, expected, found }) =>
      `rule \`${name}\` takes ${expected} generic argument${expected === 1 ? "" : "s"}, ${found} given`,
  ),
  "cddl/duplicate-parameter": error<{ name: string }>(({ name }) => `generic parameter \`${name}\` is declared twice`),
  "cddl/parameters-differ": error<{ name: string }>(
    ({ name }) => `rule \`${name}\` is extended with other generic parameters than it was defined with`,
  ),

  // Values, ranges and controls.
  "cddl/occurrence-bounds": error<{ minimum: bigint; maximum: bigint }>(
    ({ minimum, maximum }) => `occurrence asks for at least ${minimum} and at most ${maximum}`,
  ),
  "cddl/range-bound": error<{ reason: string }>(({ reason }) => `invalid range: ${reason}`),
  "cddl/empty-range": error<{ low: string; high: string }>(
    ({ low, high }) => `no value lies between ${low} and ${high}`,
  ),
  "cddl/unknown-control": warning<{ operator: string }>(
    ({ operator }) => `control operator \`.${operator}\` is not known`,
  ),
  "cddl/control-target": error<{ operator: string; expected: string; found: string }>(
    ({ operator, expected, found }) => `\`.${operator}\` applies to ${expected}, not to ${found}`,
  ),
  "cddl/control-argument": error<{ operator: string; expected: string; found: string }>(
    ({ operator, expected, found }) => `\`.${operator}\` takes ${expected}, not ${found}`,
  ),
} as const;
