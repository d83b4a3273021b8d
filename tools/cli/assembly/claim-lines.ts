import type { StageClaim } from "../../../reference/assembly/index.js";
import type { Terminal } from "../output/terminal.js";
import { count } from "../output/units.js";
import { wrappedPairs } from "../output/wrapped.js";
import { LEVELS } from "./overview.js";
import { stageName, stagesTo } from "./words.js";

/** Whether a claim of a stage holds, with everything that is missing. Gives the lines. @spec tools.assemble.claim */
export function claimLines(terminal: Terminal, claim: StageClaim): string[] {
  const { stage, complete, missing, tests } = claim;
  const what = `stage ${stage}, ${stageName(stage)}`;
  if (complete)
    return [
      `${terminal.style("green", "holds")}  ${what}`,
      terminal.style("dim", `every component of ${stagesTo(stage)} is there, and every test has what it is about`),
    ];
  const ids = (group: keyof StageClaim["missing"]): readonly (readonly [string, string])[] =>
    missing[group].length === 0 ? [] : [[group, missing[group].join(", ")]];
  const components = missing.modules.length + missing.protocols.length + missing.infrastructure.length;
  return [
    `${terminal.style("red", "does not hold")}  ${what}: ${count(components, "component")} missing`,
    "",
    terminal.style("bold", "Missing"),
    ...wrappedPairs(terminal, [...ids("modules"), ...ids("protocols"), ...ids("infrastructure")]),
    ...(tests.length === 0 ? [] : ["", terminal.style("bold", "Tests that lack components")]),
    ...wrappedPairs(
      terminal,
      tests.map(({ name, level, missing: lacks }) => [
        name,
        `L${level} ${LEVELS[level - 1]}; lacks ${lacks.join(", ")}`,
      ]),
    ),
  ];
}
