import { UsageError } from "../command.js";

/** A stage that an option names; `undefined` where it is not given. @throws UsageError */
export function stageOption(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-5]$/.test(text)) throw new UsageError(`${option}: expected a stage, 1 to 5; found \`${text}\``);
  return Number(text);
}
