import { realpathSync } from "node:fs";
import { isAbsolute, sep } from "node:path";
import type { ProcProcessStartOperands } from "../../../../generated/instructions/proc.js";
import type { Tlv } from "../../../../generated/instructions/tlv.js";
import type { HostPolicy, ProgramRule } from "../../../../generated/json/host-policy.js";
import { cited } from "../../cited.js";
import { HostFailure, PolicyRefusal } from "../../host-failure.js";
import { native } from "../native-call.js";

/** What a program asks for, checked: everything but its folder. */
export interface CheckedStart {
  readonly path: string;
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Check what a program wants to start: first whether it can mean something, then whether the policy allows it.
 *
 * @throws HostFailure `invalid_argument`
 * @throws PolicyRefusal `access_denied`
 * @spec instructions.proc.programs, instructions.proc.variables, capabilities.policy.programs
 */
export function checkedStart(operands: ProcProcessStartOperands, policy: HostPolicy): CheckedStart {
  const further = texts(operands.argv);
  const variables = pairs(texts(operands.environment));
  const rule = policy.programs?.find(({ name }) => name === operands.program);
  if (rule === undefined)
    throw new PolicyRefusal("access_denied", `the policy does not name the program ${cited(operands.program)}`);
  if (further.length > 0 && rule.further_arguments === false) {
    throw new PolicyRefusal("access_denied", `the policy allows ${cited(operands.program)} no arguments of its own`);
  }
  for (const [name] of variables) {
    if (rule.environment?.includes(name) !== true) {
      throw new PolicyRefusal(
        "access_denied",
        `the policy does not name the variable ${cited(name)} for ${cited(operands.program)}`,
      );
    }
  }
  return {
    path: pathOf(rule, policy),
    argv: [...(rule.arguments ?? []), ...further],
    // Without a prototype, so that every name is one.
    environment: Object.assign(Object.create(null), Object.fromEntries(variables)),
  };
}

/** The program's file. One that a program could write would be whatever it wants. */
function pathOf(rule: ProgramRule, policy: HostPolicy): string {
  if (!isAbsolute(rule.path))
    throw new PolicyRefusal("access_denied", "the policy names the program by no absolute path");
  const path = native("realpath", () => realpathSync.native(rule.path));
  for (const root of policy.file_roots ?? []) {
    if (!root.writable) continue;
    const folder = native("realpath", () => realpathSync.native(root.host_path));
    if (path.startsWith(folder.endsWith(sep) ? folder : folder + sep)) {
      throw new PolicyRefusal("access_denied", "the program lies in a file root that can be written");
    }
  }
  return rule.path;
}

function texts(list: readonly Tlv[]): string[] {
  return list.map((item) => {
    if (item.type !== "text" || item.value.includes("\0")) throw new HostFailure("invalid_argument");
    return item.value;
  });
}

function pairs(list: readonly string[]): [string, string][] {
  const found = new Map<string, string>();
  for (let at = 0; at < list.length; at += 2) {
    const name = list[at] as string;
    const value = list[at + 1];
    if (value === undefined || name === "" || name.includes("=") || found.has(name)) {
      throw new HostFailure("invalid_argument");
    }
    found.set(name, value);
  }
  return [...found];
}
