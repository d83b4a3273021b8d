import type { DiagnosticFormat } from "../../../codegen/src/diagnostics/render.js";
import type { Change } from "./change.js";
import type { Comparison, VersionVerdict } from "./judge.js";
import { changeKinds } from "./kinds.js";

/** A comparison for people, for programs, or as annotations of a pull request. */
export function reportComparison(comparison: Comparison, format: DiagnosticFormat): string {
  if (format === "json") return `${JSON.stringify(asJson(comparison), null, 2)}\n`;
  return format === "github" ? asAnnotations(comparison) : asText(comparison);
}

function asText(comparison: Comparison): string {
  const { old, now, changes, versions, holds } = comparison;
  const lines = [`${old.label} -> ${now.label}`, ""];
  for (const change of changes) lines.push(...changeLines(change), "");
  const count = changes.length;
  lines.push(count === 0 ? "no difference" : count === 1 ? "1 difference" : `${count} differences`, "");
  for (const version of versions) lines.push(versionLine(version, old.draft));
  lines.push(
    "",
    ...notes(comparison),
    holds ? "the versions say what changed" : "the versions do not say what changed",
  );
  return `${lines.join("\n")}\n`;
}

function changeLines({ kind, subject, detail, at, version }: Change): string[] {
  const { level, requirement, meaning } = changeKinds[kind];
  return [
    `${level.padEnd(5)}  ${subject}: ${detail}`,
    `       ${kind}: ${meaning}`,
    `       ${at.file}:${at.line}:${at.column}  ${requirement}  version ${version}`,
  ];
}

function versionLine({ name, before, now, required, raised, holds }: VersionVerdict, draft: boolean): string {
  const asked = required === "none" ? "" : `, changes ask for ${required}`;
  const verdict =
    holds || draft ? "" : raised === "lowered" || raised === "gone" ? "; a version never goes back" : "; raise it";
  return `${name} ${before} -> ${now === "" ? "absent" : now}: ${raised}${asked}${verdict}`;
}

function notes({ old, now }: Comparison): string[] {
  const found: string[] = [];
  if (old.draft)
    found.push(`${old.label} is a draft: nothing has to be raised; \`npm run generate -- --freeze\` freezes it anew`);
  for (const state of [old, now])
    if (state.rules === undefined) found.push(`${state.label} holds no schemas: only tables were compared`);
  return found;
}

function asJson(comparison: Comparison): unknown {
  const { old, now, changes, versions, holds } = comparison;
  return {
    old: { name: old.label, draft: old.draft, schemas: old.rules !== undefined },
    new: { name: now.label, draft: now.draft, schemas: now.rules !== undefined },
    changes: changes.map(({ kind, version, subject, detail, at }) => ({
      level: changeKinds[kind].level,
      kind,
      requirement: changeKinds[kind].requirement,
      version,
      subject,
      detail,
      file: at.file,
      line: at.line,
      column: at.column,
    })),
    versions,
    holds,
  };
}

function asAnnotations(comparison: Comparison): string {
  const { old, changes, versions } = comparison;
  const unmet = new Set(old.draft ? [] : versions.filter(({ holds }) => !holds).map(({ name }) => name));
  const lines = changes.map(({ kind, version, subject, detail, at }) => {
    const { level, requirement } = changeKinds[kind];
    const fails = !old.draft && (level === "never" || (unmet.has(version) && (level === "major" || level === "minor")));
    const place = `file=${property(at.file)},line=${at.line},col=${at.column},title=${property(`${level}: ${kind}`)}`;
    return `::${fails ? "error" : "notice"} ${place}::${message(`${subject}: ${detail} (${requirement}, version ${version})`)}`;
  });
  for (const verdict of versions) {
    if (!unmet.has(verdict.name)) continue;
    lines.push(`::error file=spec/tables/versions.yaml::${message(versionLine(verdict, false))}`);
  }
  return lines.map((line) => `${line}\n`).join("");
}

/** Annotations escape what would end a message. */
function message(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** Properties escape what would end a property as well. */
function property(text: string): string {
  return message(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
