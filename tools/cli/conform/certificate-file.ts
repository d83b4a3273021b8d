import { corpusOf } from "../../conformance/commands/options.js";
import { certificateProblems, certificateText } from "../../conformance/ifacts/certificate.js";
import { scopeText } from "../../conformance/ifacts/screen.js";
import { type CertificateReading, readCertificate } from "../../conformance/release/certificate-artifact.js";
import { ExitCode, type Invocation } from "../command.js";
import { readInput, readTrustStoreFile, trustStorePath } from "../files.js";
import { pairs, table } from "../output/table.js";
import { hex, printable } from "../output/terminal.js";
import { count } from "../output/units.js";

/** The certificate in a file, judged by the trust store of the command line. @spec ifacts.certificate.signed */
export async function believed(invocation: Invocation, file: string): Promise<CertificateReading> {
  const option = invocation.text("store");
  const store = readTrustStoreFile(option);
  const reading = await readCertificate(readInput(file), store);
  if (reading.certificate !== undefined || store !== undefined) return reading;
  return { problem: `${reading.problem}; there is no trust store at ${trustStorePath(option)}` };
}

/**
 * Show a certificate and judge it: its signature by the trust store, its content by the corpus at hand, its time by the
 * date. What nobody trusted signed is not shown.
 */
export async function verifyCertificate(invocation: Invocation, file: string): Promise<number> {
  const { terminal } = invocation;
  const reading = await believed(invocation, file);
  if (reading.certificate === undefined) {
    if (terminal.isJson) terminal.json({ file, valid: false, problems: [reading.problem] });
    terminal.line(`${terminal.style("red", "not believed")}  ${printable(file)}: ${printable(reading.problem)}`);
    return ExitCode.Refused;
  }
  const { certificate, keyId } = reading;
  const corpus = corpusOf(invocation);
  const problems = certificateProblems(certificate, { corpus, now: new Date() });
  const exit = problems.length === 0 ? ExitCode.Ok : ExitCode.Refused;
  if (terminal.isJson) {
    terminal.json({ file, valid: problems.length === 0, key_id: hex(keyId), certificate, problems });
    return exit;
  }
  const { implementation, suite, stage, manifest, issued, validUntil, runner, tests } = certificate;
  const language = implementation.language === undefined ? "" : ` (${implementation.language})`;
  for (const line of pairs(terminal, [
    ["certifies", printable(certificateText(certificate))],
    ["implementation", printable(`${implementation.name} ${implementation.version}${language}`)],
    ["tests of", printable(scopeText(stage, manifest))],
    ["suite", printable(`${suite.version} ${suite.digest.slice(0, 16)}, specification ${suite.specVersion}`)],
    ["valid", validUntil === undefined ? `from ${issued} on` : `from ${issued} until ${validUntil}`],
    ["runner", printable(`${runner.name} ${runner.version}`)],
    ["signed by", hex(keyId)],
  ]))
    terminal.line(line);
  terminal.line();
  const rows = tests.map(({ test, result, missing, families }) => {
    const cases = families.reduce((sum, family) => sum + family.cases, 0);
    return result === "pass"
      ? [printable(test), terminal.style("green", "passed"), count(cases, "case")]
      : [printable(test), terminal.style("dim", "not applicable"), printable(`without ${missing.join(", ")}`)];
  });
  for (const line of table(terminal, [{ title: "TEST" }, { title: "RESULT" }, { title: "" }], rows))
    terminal.line(line);
  terminal.line();
  for (const problem of problems) terminal.line(`${terminal.style("red", "wrong")}  ${printable(problem)}`);
  terminal.line(
    problems.length === 0
      ? terminal.style("green", "valid: signed by a trusted key, of this corpus, and not past its time")
      : terminal.style("red", "not valid"),
  );
  return exit;
}
