/** Words that cannot name a variable in a module of TypeScript. */
export const RESERVED_WORDS: ReadonlySet<string> = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends " +
    "false finally for function if implements import in instanceof interface let new null package private protected " +
    "public return static super switch this throw true try typeof var void while with yield"
  ).split(" "),
);

/** Names that generated decoders give to something else, and `constructor`, which every object has. */
export const TAKEN_NAMES: ReadonlySet<string> = new Set(["constructor", "order", "r", "unknown_fields", "whole_value"]);
