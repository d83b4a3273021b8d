import { LOAD_PROFILE_PRESETS, type LoadProfilePreset } from "../../generated/enums/load-profile-preset.js";
import { type LoadProfile, validateLoadProfile } from "../../generated/json/load-profile.js";
import { FaygerError } from "../errors/fayger-error.js";

/**
 * Check a LoadProfile against its schema, before anything is read.
 *
 * @throws FaygerError `LDR_PROFILE_INVALID` with the first problem
 * @spec selection.profile.invalid
 */
export function checkProfile(profile: LoadProfile): void {
  const [problem] = validateLoadProfile(profile);
  if (problem === undefined) return;
  const { field: path, message, code } = problem;
  const [, expected, found] = /^expected (.+), found (.+)$/s.exec(message) ?? [];
  throw new FaygerError("LDR_PROFILE_INVALID", `the LoadProfile is invalid at ${path}: ${message}`, {
    path,
    expected: expected ?? (code === "missing_field" ? "a member" : "no such member"),
    found: found ?? (code === "missing_field" ? "nothing" : "a member"),
  });
}

/**
 * A profile by its name in the table `load-profiles`, some members replaced. It claims no capability and no feature
 * unless you say so.
 *
 * ```ts
 * const profile = profilePreset("embedded", { capabilities: ["io.stdio"], memory_bytes: 64 * 1_048_576 });
 * ```
 *
 * @param overrides members that take the place of the preset's
 * @spec selection.presets
 */
export function profilePreset(name: LoadProfilePreset, overrides: Partial<LoadProfile> = {}): LoadProfile {
  return { ...LOAD_PROFILE_PRESETS[name], ...overrides };
}
