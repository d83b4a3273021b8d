import { ControlMode } from "../../../generated/enums/control-mode.js";
import type { FayManifest } from "../../../generated/json/fay-manifest.js";
import { printable } from "../output/terminal.js";

/** What boundaries name, of skills and permissions alike. */
type Boundary = "allowed" | "restricted" | "requiresConfirmation";

/**
 * What an iFay may, must ask for, and never may, as its FayManifest says: name and text. Nothing where it says nothing.
 *
 * @spec tools.inspect.assembly, assembly.actions.boundaries, assembly.actions.permission
 */
export function mayRows({
  controlMode,
  ego,
  permissions = {},
}: FayManifest): (readonly [name: string, text: string])[] {
  const { inherent = [], persistent = [], authMethods = [] } = permissions;
  const { skillBoundaries = {}, permissionBoundaries = {} } = ego?.constraints ?? {};
  // Boundaries bind a model and not a person.
  const isBound = controlMode !== ControlMode.Command;
  const bounds = (name: Boundary): string => {
    const { [name]: skills = [] } = skillBoundaries;
    const { [name]: others = [] } = permissionBoundaries;
    const named = [
      ["skills", skills],
      ["permissions", others],
    ] as const;
    return named
      .flatMap(([what, names]) => (names.length > 0 && isBound ? `${what} ${names.join(", ")}` : []))
      .join("; ");
  };
  const proof = authMethods.length === 0 ? "" : `, proven by ${authMethods.join(" or ")}`;
  return (
    [
      ["may", inherent.join(", ")],
      ["asks for once", persistent.length === 0 ? "" : `${persistent.join(", ")}${proof}`],
      ["asks each time", bounds("requiresConfirmation")],
      ["uses only", bounds("allowed")],
      ["never uses", bounds("restricted")],
    ] as const
  )
    .filter(([, text]) => text !== "")
    .map(([name, text]) => [name, printable(text)]);
}
