import type { VectorAct, VectorInputs, VectorResult } from "../../../../generated/json/vector.js";
import { memoryOf, snapshotOf } from "../../building/snapshot.js";
import type { Draft, Refusal } from "../../corpus/family.js";
import { ran, ranInto } from "../guests/drafts.js";
import { effects, goesOn, resumed } from "./going-on.js";
import { STANDING, type Standing, wholeState } from "./programs.js";

const { beforeFirst, behindHostCall, beforeBulk, recursion, furnished, loaded, waitingEvent } = STANDING;
const RESUME = { do: "resume" } as const;
const nothing = { states: [], answers: [], instructions: [], snapshots: [] };

interface Refused {
  readonly name: string;
  readonly of: Standing;
  readonly clauses: readonly string[];
  readonly inputs: Partial<VectorInputs>;
  readonly refusal: Refusal;
  readonly features?: readonly string[];
  readonly why: string;
  readonly effect?: string;
}

const refused = ({ name, of, features, effect = effects.unsafe, ...rest }: Refused): Draft =>
  ranInto(goesOn(of), {
    ...rest,
    id: `snapshots/restore/${name}`,
    features: [...of.features, ...(features ?? [])],
    mutator: name,
    effect,
  });

/** Fuel that was used is counted, and what was too little stays too little. */
function fuel(): readonly Draft[] {
  const low = (of: Standing, bound: number): Draft =>
    refused({
      name: `fuel/${of.name}-${bound}`,
      of,
      clauses: ["snapshots.quotas", "quotas.resume"],
      inputs: { quotas: { fuel: bound } },
      refusal: { code: "RT_QUOTA_EXCEEDED", context: { quota: "fuel" }, result: { states: ["Suspended"] } },
      why: "A program goes on only where its new bound is above the one it reached, and above what it used.",
      effect: effects.taken,
    });
  const short = (of: Standing, bound: number, used: number): Draft =>
    ran({
      id: `snapshots/restore/fuel/${of.name}-stops-at-${bound}`,
      clauses: ["snapshots.quotas", "snapshots.block-charged"],
      program: of.module,
      features: of.features,
      inputs: { ...resumed(of, [RESUME]), quotas: { fuel: bound } },
      result: { states: ["Suspended", "Running", "Suspended"], fuel: used, quotas_reached: ["fuel"] },
      why: "What the snapshot says was used counts against the new bound, and nothing is charged twice.",
      effect: effects.taken,
    });
  return [
    low(beforeFirst, 0),
    low(recursion, 12),
    low(recursion, 11),
    low(recursion, 3),
    low(beforeBulk, 4),
    low(behindHostCall, 5),
    short(recursion, 13, 10),
    short(recursion, 21, 20),
    short(beforeBulk, 13, 4),
    short(beforeFirst, 3, 0),
    short(behindHostCall, 11, 11),
    short(waitingEvent, 3, 3),
  ];
}

/** The code is judged as `init` judges it, after the snapshot and before the state. */
function code(): readonly Draft[] {
  const cut = beforeFirst.module.hex.slice(0, -2);
  const unfit = snapshotOf({ ...wholeState(beforeFirst), memory: memoryOf(0) }).hex;
  const other = "01".repeat(32);
  return [
    refused({
      name: "code/cut",
      of: beforeFirst,
      clauses: ["snapshots.init", "snapshots.order"],
      inputs: { bytes: cut },
      refusal: { code: "RT_CODE_INVALID", result: nothing },
      why: "Code that is no module has no state.",
    }),
    refused({
      name: "code/other-symbol",
      of: beforeFirst,
      clauses: ["snapshots.init", "snapshots.order"],
      inputs: { symbol: "other" },
      refusal: { code: "RT_CODE_INVALID", reason: "missing_export", result: nothing },
      why: "The entry has to be there, also where its call has begun.",
    }),
    refused({
      name: "code/before-state",
      of: beforeFirst,
      clauses: ["snapshots.order"],
      inputs: { symbol: "other", snapshot: unfit },
      refusal: { code: "RT_CODE_INVALID", reason: "missing_export", result: nothing },
      why: "The code is judged before the state is held against it.",
    }),
    refused({
      name: "code/behind-artifact",
      of: beforeFirst,
      clauses: ["snapshots.order"],
      inputs: { symbol: "other", manifest_digest: other },
      refusal: { code: "RT_SNAPSHOT_INVALID", reason: "other_artifact", result: nothing },
      why: "A snapshot of another artifact is refused before any code is judged.",
    }),
    refused({
      name: "artifact/other",
      of: beforeFirst,
      clauses: ["snapshots.order", "lifecycle.snapshot.pins", "lifecycle.snapshot.invalid"],
      inputs: { manifest_digest: other },
      refusal: { code: "RT_SNAPSHOT_INVALID", reason: "other_artifact", result: nothing },
      why: "The same code in another artifact is another program.",
    }),
    refused({
      name: "artifact/damaged",
      of: beforeFirst,
      clauses: ["snapshots.order", "lifecycle.snapshot.invalid"],
      inputs: { snapshot: snapshotOf(wholeState(beforeFirst), { state_digest: new Uint8Array(32) }).hex },
      refusal: { code: "RT_SNAPSHOT_INVALID", reason: "state_damaged", result: nothing },
      why: "A state that is not the one that was saved makes no instance.",
    }),
    refused({
      name: "artifact/later-version",
      of: beforeFirst,
      clauses: ["snapshots.order"],
      inputs: { snapshot: snapshotOf(wholeState(beforeFirst), { schema_version: [2, 0] }).hex },
      refusal: { code: "RT_SNAPSHOT_INVALID", reason: "unsupported_version", result: nothing },
      why: "A snapshot of a later major makes no instance.",
    }),
  ];
}

/** Capabilities come last, and are those of the new host. */
function capabilities(): readonly Draft[] {
  const unfit = snapshotOf({ ...wholeState(behindHostCall), globals: new Uint8Array(8) }).hex;
  const clauses = ["lifecycle.snapshot.restore", "lifecycle.snapshot.pins", "snapshots.order"];
  const missing = { code: "RT_CAPABILITY_INSUFFICIENT", context: { missing: ["io.stdio"] }, result: nothing };
  return [
    refused({
      name: "capabilities/taken-away",
      of: behindHostCall,
      clauses,
      inputs: { granted: [] },
      refusal: missing,
      why: "What the old host had granted is not in the snapshot.",
    }),
    refused({
      name: "capabilities/another-one",
      of: behindHostCall,
      clauses,
      inputs: { granted: ["time.timer"] },
      refusal: missing,
      why: "The new host grants something else.",
    }),
    refused({
      name: "capabilities/behind-state",
      of: behindHostCall,
      clauses: ["snapshots.order", "snapshots.unfit"],
      inputs: { granted: [], snapshot: unfit },
      refusal: { code: "RT_SNAPSHOT_INVALID", reason: "state_unfit", result: nothing },
      why: "The state is judged before capabilities are.",
    }),
  ];
}

/** Memory and tables that the new host does not allow. */
function sizes(): readonly Draft[] {
  const large = (name: string, of: Standing, quota: string, value: number, feature: string): Draft =>
    refused({
      name: `too-large/${name}`,
      of,
      clauses: ["snapshots.too-large"],
      features: [feature],
      inputs: { quotas: { ...of.enough, [quota]: value } },
      refusal: { code: "RT_QUOTA_EXCEEDED", context: { quota }, result: nothing },
      why: "What the state holds is more than the host allows here.",
    });
  const fits = ran({
    id: "snapshots/restore/too-large/just-fits",
    clauses: ["snapshots.too-large", "snapshots.quotas"],
    program: furnished.module,
    features: [...furnished.features, "memory_limit", "table_limit"],
    inputs: {
      ...resumed(furnished, [RESUME]),
      quotas: { ...furnished.enough, memory_bytes: 131_072, table_elements: 7 },
    },
    result: { states: ["Suspended", "Running", "Terminated"], fuel: furnished.fuel },
    why: "A state that is just as large as allowed is restored.",
    effect: effects.lost,
  });
  return [
    fits,
    large("memory", furnished, "memory_bytes", 131_071, "memory_limit"),
    large("memory-by-a-page", furnished, "memory_bytes", 65_536, "memory_limit"),
    large("first-page", beforeFirst, "memory_bytes", 65_535, "memory_limit"),
    large("tables", furnished, "table_elements", 6, "table_limit"),
    large("no-tables", furnished, "table_elements", 0, "table_limit"),
  ];
}

/** What is not kept, and what is. */
function begins(): readonly Draft[] {
  const ids = wholeState(beforeFirst);
  return [
    ran({
      id: "snapshots/restore/begins/suspended",
      clauses: ["snapshots.init", "snapshots.quotas"],
      program: behindHostCall.module,
      features: behindHostCall.features,
      inputs: { ...resumed(behindHostCall, []) },
      result: { states: ["Suspended"], answers: [], instructions: [], fuel: 5, snapshots: [] },
      why: "Nothing of a program runs before it is resumed.",
      effect: effects.taken,
    }),
    ran({
      id: "snapshots/restore/begins/terminated",
      clauses: ["snapshots.init"],
      program: beforeFirst.module,
      features: beforeFirst.features,
      inputs: { ...resumed(beforeFirst, [{ do: "terminate" }]) },
      result: { states: ["Suspended", "Terminated"], answers: ["done"], fuel: 0 },
      why: "A restored instance can be ended like any other.",
      effect: effects.lost,
    }),
    ran({
      id: "snapshots/restore/begins/counters-kept",
      clauses: ["snapshots.state", "snapshots.quotas"],
      program: beforeFirst.module,
      features: beforeFirst.features,
      inputs: {
        ...resumed(beforeFirst, [{ do: "snapshot" }]),
        quotas: { fuel: 0 },
        snapshot: snapshotOf({ ...ids, running_ns: 7, emits: 8, next_handle: 9, next_call: 10 }).hex,
      },
      result: { snapshots: [snapshotOf({ ...ids, running_ns: 7, emits: 8, next_handle: 9, next_call: 10 }).hex] },
      why: "Time, emits and the numbers to come are parts of the state.",
      effect: effects.lost,
    }),
    ran({
      id: "snapshots/restore/begins/other-artifact",
      clauses: ["lifecycle.snapshot.pins", "snapshots.order"],
      program: beforeFirst.module,
      features: beforeFirst.features,
      inputs: {
        ...resumed(beforeFirst, [RESUME]),
        manifest_digest: "01".repeat(32),
        snapshot: snapshotOf(ids, { manifest_digest: new Uint8Array(32).fill(1) }).hex,
      },
      result: { states: ["Suspended", "Running", "Terminated"], fuel: 4 },
      why: "The digest is that of the artifact at hand, whichever that is.",
      effect: effects.lost,
    }),
    ran({
      id: "snapshots/restore/begins/digest-in-snapshot",
      clauses: ["lifecycle.snapshot.pins", "snapshots.shape"],
      program: beforeFirst.module,
      features: beforeFirst.features,
      inputs: {
        quotas: { fuel: 0 },
        manifest_digest: "02".repeat(32),
        log: [...beforeFirst.log, { do: "snapshot" }],
      },
      result: { snapshots: [snapshotOf(ids, { manifest_digest: new Uint8Array(32).fill(2) }).hex] },
      why: "A snapshot names the artifact that it is of.",
      effect: effects.unsafe,
    }),
  ];
}

/** Emits of the second in which a program was saved do not count any more. */
function throttled(): readonly Draft[] {
  return [behindHostCall, loaded].map((of) =>
    ran({
      id: `snapshots/restore/throttle/${of.name}`,
      clauses: ["snapshots.throttle", "snapshots.quotas"],
      program: of.module,
      features: [...of.features, "throttle"],
      inputs: { ...resumed(of, [RESUME]), quotas: { ...of.enough, emits_per_second: 1 } },
      result: { states: ["Suspended", "Running", "Terminated"], instructions: [...of.says], fuel: of.fuel },
      why: "The first emit of a restored program is the first of its second, however many there were before.",
      effect: "A program that was moved waits for a second that nobody owes it.",
    }),
  );
}

/** A program may be saved between two calls. */
function betweenCalls(): readonly Draft[] {
  const { call: _, exceeded: __, ...state } = wholeState(waitingEvent);
  const saved = snapshotOf(state).hex;
  const whole = (name: string, log: readonly VectorAct[], result: VectorResult): Draft =>
    ran({
      id: `snapshots/restore/between-calls/${name}`,
      clauses: ["snapshots.call", "snapshots.state"],
      program: waitingEvent.module,
      features: waitingEvent.features,
      inputs: { ...resumed(waitingEvent, log), snapshot: saved },
      result,
      why: "Where no call is active the waiting event comes next, and the entry is not called again.",
      effect: effects.taken,
    });
  return [
    whole("resumed", [RESUME], {
      states: ["Suspended", "Running", "Terminated"],
      instructions: [...waitingEvent.says],
      fuel: 7,
    }),
    whole("saved", [{ do: "snapshot" }], { states: ["Suspended"], snapshots: [saved] }),
  ];
}

/** A program that is suspended inside a host call stands behind it, and no quota keeps it there. */
function heldInCall(): Draft {
  const { exceeded: _, ...state } = wholeState(behindHostCall);
  return ran({
    id: "snapshots/taken/suspended-in-call",
    clauses: ["lifecycle.suspend.in-call", "snapshots.frame", "snapshots.state"],
    program: behindHostCall.module,
    features: [...behindHostCall.features, "stop_anywhere"],
    inputs: {
      ...behindHostCall.grants,
      log: [{ do: "init" }, { do: "start" }, { do: "suspend", during: 1 }, { do: "snapshot" }],
    },
    result: {
      states: ["Loaded", "Initialized", "Running", "Suspended"],
      instructions: [...behindHostCall.said],
      fuel: 5,
      snapshots: [snapshotOf(state).hex],
    },
    why: "A program that is suspended during its host call is stopped behind it, before its next instruction.",
    effect: effects.taken,
  });
}

/** Going on elsewhere, and what keeps a program from it. */
export function restoredDrafts(): readonly Draft[] {
  return [
    heldInCall(),
    ...begins(),
    ...fuel(),
    ...sizes(),
    ...code(),
    ...capabilities(),
    ...throttled(),
    ...betweenCalls(),
  ];
}
