import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { FaygerEvent } from "../../generated/codecs/fayger-event.js";
import { isPackRecipe, type PackRecipe } from "../../generated/json/pack-recipe.js";
import type { LifecycleState } from "../../generated/lifecycle/transition-table.js";
import {
  type BufObject,
  createMemorySource,
  createSerializer,
  type Fayger,
  type FaygerError,
  isFaygerError,
  nodeSha256,
} from "../../reference/node.js";
import { artifactOf } from "../cli/recipe.js";

/** Folder of the examples. */
export const EXAMPLES = fileURLToPath(new URL("../../reference/examples/", import.meta.url));

/** The recipe of an example. */
export function recipeIn(example: string): PackRecipe {
  const recipe: unknown = JSON.parse(readFileSync(`${EXAMPLES}${example}/recipe.json`, "utf8"));
  if (!isPackRecipe(recipe)) throw new TypeError(`${example}/recipe.json is no recipe`);
  return recipe;
}

/** Pack a recipe whose paths begin in an example's folder, and load the artifact. */
export async function loadRecipe(fayger: Fayger, recipe: PackRecipe, example: string): Promise<BufObject> {
  const artifact = artifactOf(recipe, `${EXAMPLES}${example}/recipe.json`);
  return fayger.load(createMemorySource(createSerializer(nodeSha256).serialize(artifact)));
}

/** How a program ended, in the words of the tables. What does not apply is absent. */
export interface Outcome {
  /** State in which it was left: for good, or Suspended until somebody grants it more. */
  readonly state: LifecycleState;
  /** The command that failed, where it never came to run. */
  readonly command?: "init" | "start";
  /** Code of the error; of a suspended one that of the `resume` that was refused. */
  readonly code?: string;
  /** Name in the table `traps`. */
  readonly trap?: string;
  /** Import or export whose rule was broken. */
  readonly function?: string;
  /** Name in the table of reasons of that code. */
  readonly reason?: string;
  /** Code of the error behind the error. */
  readonly cause?: string;
  /** The first quota that was reached. */
  readonly quota?: string;
  /** What it gave to `exit`. */
  readonly exitCode?: number;
}

/**
 * Run a program until it has ended or a quota suspends it, and tell how it went. A program that a quota suspends is
 * resumed once, which has to fail, and then ended.
 *
 * @param meanwhile done while the program runs, right after its start
 * @throws FaygerError `RT_NO_MATCHING_IMPLEMENTATION` where nothing here can hold its quotas
 */
export async function outcomeOf(
  fayger: Fayger,
  object: BufObject,
  meanwhile: () => Promise<void> = async () => {},
): Promise<Outcome> {
  const { runtime } = fayger;
  const id = runtime.load(object);
  let quota: string | undefined;
  let suspended = (): void => {};
  const stopped = new Promise<void>((resolve) => {
    suspended = resolve;
  });
  const heard = fayger.events.subscribe((event: FaygerEvent) => {
    if (event.instance !== id) return;
    if (event.name === "quota_reached") quota ??= String(event.fields["quota"]);
    if (event.name === "transition" && event.fields["to"] === "Suspended") suspended();
  });
  /** Of an error, what a table has a name for. */
  const told = (error: FaygerError | undefined): Partial<Outcome> => ({
    ...(error !== undefined && { code: error.code, ...named(error.context) }),
    ...(error?.cause !== undefined && { cause: error.cause.code }),
    ...(quota !== undefined && { quota }),
  });
  try {
    for (const command of ["init", "start"] as const) {
      try {
        await runtime[command](id);
      } catch (error) {
        if (!isFaygerError(error)) throw error;
        return { command, state: runtime.state(id), ...told(error) };
      }
    }
    await meanwhile();
    await Promise.race([runtime.whenSettled(id), stopped]);
    const state = runtime.state(id);
    const exitCode = runtime.exitCode(id);
    const refused = state === "Suspended" ? await refusalOf(runtime.resume(id)) : runtime.failureInfo(id)?.error;
    return { state, ...told(refused), ...(exitCode !== undefined && { exitCode }) };
  } finally {
    heard.unsubscribe();
    if (runtime.state(id) !== "Terminated") await runtime.terminate(id);
  }
}

async function refusalOf(command: Promise<void>): Promise<FaygerError | undefined> {
  try {
    await command;
    return undefined;
  } catch (error) {
    if (isFaygerError(error)) return error;
    throw error;
  }
}

const NAMED: ReadonlySet<string> = new Set(["trap", "function", "reason"]);

function named(context: FaygerError["context"]): Partial<Outcome> {
  return Object.fromEntries(
    Object.entries(context).filter(([name, value]) => NAMED.has(name) && typeof value === "string"),
  );
}
