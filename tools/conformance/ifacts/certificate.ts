import {
  type CertifiedTest,
  type IfactsCertificate,
  validateIfactsCertificate,
} from "../../../generated/json/ifacts-certificate.js";
import type { OpenCorpus } from "../corpus/open.js";
import { casesByFamily } from "./cases-by-family.js";
import { LEVEL_MEANINGS, type Level, levelName, levelOf } from "./level.js";
import { type IfactsReport, implementationId, testsOf } from "./report.js";
import { determineTests, type RequiredTest, scopeOfStage } from "./required-tests.js";
import { aboutTest, skippedTest, type TestResult } from "./results.js";

/** A certificate that cannot be made: why. @spec ifacts.certificate.refused */
export class NoCertificate extends Error {
  override readonly name = "NoCertificate";
}

/** What a certificate says besides what its report does. */
export interface CertificateOptions {
  readonly runner: IfactsCertificate["runner"];
  readonly issued: Date;
  /** The first moment at which it is valid no more. */
  readonly validUntil?: Date;
}

/**
 * The certificate of a level, not yet signed.
 *
 * @throws NoCertificate where the level did not pass whole, or what introduced itself has no name or version
 * @spec ifacts.certificate
 */
export function certificateOf(
  report: IfactsReport,
  level: Level,
  { runner, issued, validUntil }: CertificateOptions,
): IfactsCertificate {
  const row = report.levels.find((each) => each.level === levelName(level));
  // @spec ifacts.certificate.refused
  if (row?.result !== "pass") throw new NoCertificate(`${levelName(level)} did not pass whole`);
  const { name, version, language } = report.implementation;
  const { suite, manifest, stage } = report;
  const certificate: IfactsCertificate = {
    certificate: 1,
    implementation: { name, version, ...(language !== "" && { language }) },
    ...(manifest !== undefined && { manifest }),
    suite: { version: suite.version, specVersion: suite.specVersion, digest: suite.digest },
    stage,
    level,
    tests: row.details.map(certifiedTest),
    issued: momentText(issued),
    ...(validUntil !== undefined && { validUntil: momentText(validUntil) }),
    runner,
  };
  const [problem] = validateIfactsCertificate(certificate);
  if (problem !== undefined) throw new NoCertificate(`${levelName(level)}: ${problem.field}: ${problem.message}`);
  return certificate;
}

function certifiedTest({ testId, result, missing, families }: TestResult): CertifiedTest {
  const isPassed = result === "pass";
  return {
    test: testId,
    result: isPassed ? "pass" : "not_applicable",
    missing: isPassed ? [] : missing,
    families: isPassed ? families.map(({ family, passed }) => ({ family, cases: passed })) : [],
  };
}

/** The results of a level as a certificate shows them. */
export function certifiedResults(
  tests: readonly RequiredTest[],
  { tests: certified }: IfactsCertificate,
  file: string,
): readonly TestResult[] {
  return tests.map((test) => {
    const row = certified.find((each) => each.test === test.name);
    // What is not applicable stays so, whatever a certificate of more components says.
    if (!test.applicable || row?.result !== "pass") return skippedTest(test, "not_asked", `not in ${file}`);
    const families = row.families.map(({ family, cases }) => ({ family, cases, passed: cases }));
    return { ...aboutTest(test), result: "pass", message: `certified by ${file}`, families, duration: 0 };
  });
}

/** What a certificate is held against. */
export interface CertificateContext {
  /** The corpus at hand. */
  readonly corpus: OpenCorpus;
  readonly now: Date;
}

/**
 * What keeps a certificate from showing a level of a request, one line each: besides what is wrong with it in itself,
 * another stage, and applicable tests that it does not show.
 *
 * @spec ifacts.levels.shown
 */
export function coverProblems(
  certificate: IfactsCertificate,
  {
    stage,
    tests,
    ...context
  }: CertificateContext & { readonly stage: number; readonly tests: readonly RequiredTest[] },
): string[] {
  const problems = certificateProblems(certificate, context);
  if (certificate.stage !== stage) problems.push(`is of stage ${certificate.stage}, and stage ${stage} is asked for`);
  else if (problems.length === 0)
    for (const { name, applicable } of tests)
      if (applicable && certificate.tests.find(({ test }) => test === name)?.result !== "pass")
        problems.push(`does not show the test ${name}`);
  return problems;
}

/**
 * What is wrong with a certificate in itself, one line each: that it is of another corpus, not valid yet or no more, or
 * does not hold exactly what its level takes. Whether it is signed by somebody who is believed is another question.
 *
 * @spec ifacts.certificate.valid
 */
export function certificateProblems(certificate: IfactsCertificate, { corpus, now }: CertificateContext): string[] {
  const { suite, issued, validUntil } = certificate;
  const problems: string[] = [];
  if (suite.digest !== corpus.index.digest)
    problems.push(
      `is of the corpus ${suite.version} with the digest ${suite.digest}, and the one at hand is ${corpus.index.corpus} with ${corpus.index.digest}`,
    );
  // Another corpus has other cases: nothing more can be said of them.
  else problems.push(...testProblems(certificate, corpus));
  const [from, until] = [momentOf(issued), validUntil === undefined ? undefined : momentOf(validUntil)];
  if (from === undefined) problems.push(`was issued at ${issued}, which is no time`);
  else if (from > now.getTime()) problems.push(`is valid from ${issued} on, which is not yet`);
  if (validUntil !== undefined && until === undefined) problems.push(`is valid until ${validUntil}, which is no time`);
  if (until !== undefined && until <= now.getTime()) problems.push(`was valid until ${validUntil}`);
  return problems;
}

/**
 * Exactly the tests of the level up to the stage, each with all the cases that there are, and one of them passed.
 *
 * @spec ifacts.certificate.content
 */
function testProblems({ tests, level, stage, manifest }: IfactsCertificate, corpus: OpenCorpus): string[] {
  const known = levelOf(level);
  const owed = known === undefined ? [] : testsOf(determineTests(scopeOfStage(stage)), known);
  const problems: string[] = [];
  if (tests.map(({ test }) => test).join() !== owed.map(({ name }) => name).join())
    return [
      `does not hold the tests of level L${level} up to stage ${stage}: ${owed.map(({ name }) => name).join(", ")}`,
    ];
  const cases = casesByFamily(corpus, new Set(owed.flatMap(({ families }) => families as readonly string[])));
  for (const [at, { test, result, missing, families }] of tests.entries()) {
    const { components, families: names = [] } = owed[at] ?? {};
    if (result === "not_applicable") {
      const isSaid = missing.length > 0 && missing.every((id) => components?.some((component) => component === id));
      if (manifest === undefined) problems.push(`lacks the test ${test}, which applies to every whole stage`);
      else if (!isSaid) problems.push(`does not say which components of the test ${test} are missing`);
      continue;
    }
    const wanted = names.map((family) => `${family} ${cases.get(family) ?? 0}`).join(", ");
    const found = families.map(({ family, cases: count }) => `${family} ${count}`).join(", ");
    if (wanted !== found) problems.push(`has ${found || "nothing"} for the test ${test}, which takes ${wanted}`);
  }
  if (tests.every(({ result }) => result !== "pass")) problems.push("shows no test that passed");
  return problems;
}

/** What a certificate certifies, in one line. */
export function certificateText({ implementation, level, stage }: IfactsCertificate): string {
  const about = levelOf(level);
  const meaning = about === undefined ? "" : ` (${LEVEL_MEANINGS[about]})`;
  return `${implementationId(implementation)} passed L${level}${meaning} up to stage ${stage}`;
}

/** RFC 3339 in UTC, in whole seconds. */
function momentText(moment: Date): string {
  return moment.toISOString().replace(/\.\d+Z$/, "Z");
}

function momentOf(text: string): number | undefined {
  const milliseconds = Date.parse(text);
  // The language takes the 30th of February for the 2nd of March.
  const isOnCalendar = !Number.isNaN(milliseconds) && momentText(new Date(milliseconds)) === text;
  return isOnCalendar ? milliseconds : undefined;
}
