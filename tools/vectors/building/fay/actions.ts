import type { VectorFayAct, VectorJudgedCall } from "../../../../generated/json/vector.js";
import { type OwnActions, partsOf, tableActions } from "./parts.js";

/** As much of a FayManifest as actions are judged by. */
interface Judging {
  readonly controlMode: string;
  readonly ego?: {
    readonly constraints?: { readonly skillBoundaries?: Bounds; readonly permissionBoundaries?: Bounds };
  };
  readonly permissions?: {
    readonly inherent?: readonly string[];
    readonly persistent?: readonly string[];
    readonly authMethods?: readonly string[];
  };
}

interface Bounds {
  readonly allowed?: readonly string[];
  readonly restricted?: readonly string[];
  readonly requiresConfirmation?: readonly string[];
}

interface Call {
  readonly caller: string;
  readonly part: string;
  readonly within: Call | undefined;
  readonly isCommanded: boolean;
}

/** Where an iFay stands between two acts. */
interface State {
  readonly commands: Map<string, number>;
  readonly given: Set<string>;
  /** The calls by their numbers; those that were refused or were the assembly service's are absent. */
  readonly calls: Map<number, Call>;
  /** What parts serve, the last one last. */
  serving: Call[];
}

/** Who calls where nobody else is named. */
const ENTRY = "assembly/main";

/** What becomes of each call. @spec assembly.actions.order */
export function judgedCalls(
  fay: unknown,
  acts: readonly VectorFayAct[],
  own: OwnActions = {},
  drivers: readonly string[] = [],
  methods: readonly string[] = [],
): VectorJudgedCall[] {
  const state: State = { commands: new Map(), given: new Set(), calls: new Map(), serving: [] };
  const known = new Map(
    [...partsOf(fay, own, drivers), { part: "fayger_runtime", actions: tableActions("fayger_runtime") }].flatMap(
      ({ part, actions }) => actions.map((action) => [`${part}.${action.name}`, { ...action, part }] as const),
    ),
  );
  const judged: VectorJudgedCall[] = [];
  for (const act of acts) {
    const open = state.calls.get(act.call ?? 0);
    if (act.do === "command") state.commands.set(act.action ?? "", (state.commands.get(act.action ?? "") ?? 0) + 1);
    else if (act.do === "serve") {
      if (open !== undefined && !state.serving.includes(open)) state.serving.push(open);
    } else if (act.do === "end") {
      state.serving = state.serving.filter((call) => call !== open);
      state.calls.delete(act.call ?? 0);
    } else if (act.do === "call") judged.push(judge(fay as Judging, state, act, known, methods, judged.length + 1));
  }
  return judged;
}

function judge(
  fay: Judging,
  state: State,
  act: VectorFayAct,
  known: ReadonlyMap<string, { readonly part: string; readonly skill?: string; readonly permission?: string }>,
  methods: readonly string[],
  number: number,
): VectorJudgedCall {
  const asked: string[] = [];
  const refuse = (reason: string, hostError = "access_denied"): VectorJudgedCall => ({
    is: "refused",
    reason,
    host_error: hostError,
    ...(asked.length > 0 && { asked }),
  });
  const name = act.action ?? "";
  const action = known.get(name);
  if (action === undefined) return refuse("unknown_action", "not_found");
  const caller = act.caller ?? ENTRY;
  const within = state.serving.filter(({ part }) => part === caller).at(-1);
  const isModel = fay.controlMode !== "command";
  const { skillBoundaries, permissionBoundaries } = (isModel && fay.ego?.constraints) || {};

  const bySkill = bounded(skillBoundaries, action.skill);
  if (bySkill === "restricted" || bySkill === "not_allowed") return refuse(`skill_${bySkill}`);
  const byPermission = bounded(permissionBoundaries, action.permission);
  if (byPermission === "restricted" || byPermission === "not_allowed") return refuse(`permission_${byPermission}`);

  const acts = action.skill !== undefined || action.permission !== undefined;
  const isPartOfCommanded = within?.isCommanded === true;
  const consumes = !isModel && !isPartOfCommanded && caller === ENTRY && (state.commands.get(name) ?? 0) > 0;
  if (!isModel && acts && !isPartOfCommanded && !consumes) return refuse("not_commanded");

  const { inherent = [], persistent = [], authMethods = [] } = fay.permissions ?? {};
  const { permission } = action;
  const isInherent = permission === undefined || inherent.includes(permission);
  if (!isInherent && !persistent.includes(permission)) return refuse("permission_not_declared");

  if (bySkill === "confirm" || byPermission === "confirm") {
    asked.push("confirmation");
    if (act.confirmed !== true) return refuse("not_confirmed");
  }
  if (!isInherent && !state.given.has(permission)) {
    for (const method of new Set(authMethods)) {
      if (!methods.includes(method) || state.given.has(permission)) continue;
      asked.push(method);
      if (act.proves?.includes(method)) state.given.add(permission);
    }
    if (!state.given.has(permission)) return refuse("not_authenticated");
  }
  for (let call: Pick<Call, "caller" | "within"> | undefined = { caller, within }; call; call = call.within)
    if (call.caller === action.part) return refuse("call_cycle", "would_block");

  if (consumes) state.commands.set(name, (state.commands.get(name) ?? 0) - 1);
  if (action.part !== "fayger_runtime")
    state.calls.set(number, { caller, part: action.part, within, isCommanded: isPartOfCommanded || consumes });
  return { is: "done", ...(asked.length > 0 && { asked }) };
}

/** @spec assembly.actions.boundaries */
function bounded(bounds: Bounds | undefined, name: string | undefined): "restricted" | "confirm" | "not_allowed" | "" {
  if (bounds === undefined || name === undefined) return "";
  if (bounds.restricted?.includes(name)) return "restricted";
  if (bounds.requiresConfirmation?.includes(name)) return "confirm";
  return bounds.allowed === undefined || bounds.allowed.includes(name) ? "" : "not_allowed";
}
