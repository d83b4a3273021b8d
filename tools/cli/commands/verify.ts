import { LOADER_PHASES } from "../../../generated/enums/loader-phase.js";
import { isFaygerError } from "../../../reference/node.js";
import { type Command, ExitCode, onlyPositional } from "../command.js";
import { showProgress } from "../output/progress.js";
import { pairs } from "../output/table.js";
import { hex, printable } from "../output/terminal.js";
import { byteSize, count, duration } from "../output/units.js";
import { LOAD_OPTIONS, loadOptionsOf, setUp } from "../setup.js";
import { ARTIFACT, ARTIFACT_HELP, openArtifact, SOURCE_OPTIONS } from "../sources.js";

/** `fayger verify`: every check, one verdict; nothing is run. @spec tools.verify */
export const verify: Command = {
  name: "verify",
  summary: "check everything about an artifact; nothing is run",
  usage: [`verify ${ARTIFACT} [--allow-unsigned] [--digest HEX]`],
  description: `Goes through every phase of a load and reads every section that this machine selects. Exit code 0: accepted; 1: refused,\nwith the code, the phase and the offset of the one check that failed. Of an assembled artifact its FayManifest is judged and\nresolved again, and every part compared.\n${ARTIFACT_HELP}`,
  options: { ...LOAD_OPTIONS, ...SOURCE_OPTIONS },
  examples: [
    ["verify tool.buf", "check it against your trust store"],
    ["verify tool.buf --json", "the verdict for a program"],
    ["verify https://example.org/tool.buf", "without saving it first"],
    ["verify tool.buf --allow-unsigned --digest 9f86d081…", "an unsigned artifact, pinned by its digest"],
  ],
  async run(invocation) {
    const path = onlyPositional(invocation, "an artifact: `fayger verify FILE`, or a URL");
    const { terminal } = invocation;
    const done = new Map<string, number>();
    const fayger = await setUp(invocation, (bus) => {
      showProgress(terminal, bus);
      bus.subscribe(({ name, fields }) => {
        if (name === "phase_completed") done.set(String(fields["phase"]), Number(fields["duration_ns"]));
      });
    });
    const { source } = await openArtifact(path, invocation);
    try {
      const object = await fayger.load(source, { verifyBodies: true, ...loadOptionsOf(invocation) });
      terminal.progress(undefined);
      // Judged by the load. @spec tools.verify.assembly
      const assembled = fayger.assembled(object);
      if (terminal.isJson) {
        terminal.json({
          verdict: "accepted",
          name: object.manifest.name,
          version: object.manifest.version,
          manifest_digest: hex(object.manifestDigest),
          trust: object.trust,
          selected: object.selection.selected,
          skipped: object.selection.skipped,
          ...(assembled !== undefined && {
            assembly: {
              control_mode: assembled.manifest.controlMode,
              stage: assembled.resolution.resolvedStage,
              parts: assembled.parts.map(({ name }) => name),
            },
          }),
        });
      }
      for (const phase of LOADER_PHASES)
        terminal.line(
          `${terminal.style("green", "ok")}  ${phase.padEnd(18)}  ${terminal.style("dim", duration(done.get(phase) ?? 0))}`,
        );
      terminal.line();
      for (const line of pairs(terminal, [
        ["artifact", `${printable(object.manifest.name)} ${printable(object.manifest.version)}`],
        ["digest", hex(object.manifestDigest)],
        ["trust", terminal.style(object.trust === "verified" ? "green" : "yellow", object.trust)],
        [
          "sections",
          `${count(object.selection.selected.length, "section")} verified (${byteSize(object.selection.selectedBytes)}), ${object.selection.skipped.length} skipped`,
        ],
        ...(assembled === undefined
          ? []
          : ([
              [
                "assembly",
                `control mode ${assembled.manifest.controlMode}, stage ${assembled.resolution.resolvedStage}, ${count(assembled.parts.length, "part")}`,
              ],
            ] as const)),
      ])) {
        terminal.line(line);
      }
      return ExitCode.Ok;
    } catch (error) {
      if (isFaygerError(error))
        for (const phase of done.keys()) terminal.line(`${terminal.style("green", "ok")}  ${phase}`);
      throw error;
    } finally {
      await source.close();
    }
  },
};
