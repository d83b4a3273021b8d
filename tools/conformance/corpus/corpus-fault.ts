/** A corpus that cannot be believed: what is wrong with it, one line each. Nothing is judged by it. */
export class CorpusFault extends Error {
  override readonly name = "CorpusFault";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/** A filter that names nothing of the corpus. @spec conformance.no-vacuous-pass */
export class UnknownFilter extends Error {
  override readonly name = "UnknownFilter";
}
