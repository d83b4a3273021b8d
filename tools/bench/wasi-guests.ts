import { i32, i64 } from "../../reference/runtime/testing/guest-module.js";
import type { Part } from "../../reference/runtime/wasm/testing/module-bytes.js";
import { ValueType } from "../../reference/runtime/wasm/types.js";
import { type CallingGuest, callingGuest, type ImportedFunctions } from "./bus-guests.js";

const { I32, I64 } = ValueType;

/** Functions of WASI preview 1 that guests are measured with: the types of their parameters. */
const WASI_FUNCTIONS = {
  args_get: [I32, I32],
  clock_time_get: [I32, I64, I32],
  environ_get: [I32, I32],
  fd_close: [I32],
  fd_filestat_get: [I32, I32],
  fd_pread: [I32, I32, I32, I64, I32],
  fd_pwrite: [I32, I32, I32, I64, I32],
  fd_seek: [I32, I64, I32, I32],
  path_filestat_get: [I32, I32, I32, I32, I32],
  path_open: [I32, I32, I32, I32, I32, I64, I64, I32, I32],
  random_get: [I32, I32],
} as const satisfies ImportedFunctions;

/** A function of WASI preview 1. */
export type WasiFunction = keyof typeof WASI_FUNCTIONS;

/** What the host gives a guest of node:wasi. */
export interface WasiHost {
  readonly preopens?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A guest of node:wasi, and its functions as the host can call them too. */
export interface WasiGuest extends CallingGuest {
  /** Call a function of the guest's WASI. @returns its error number, 0 for none */
  readonly call: (name: WasiFunction, ...values: readonly (number | bigint)[]) => number;
}

/**
 * A guest that calls functions of node:wasi.
 *
 * @param names the functions it calls
 * @param work what it does with them, so often
 */
export async function wasiGuest(
  names: readonly WasiFunction[],
  work: (call: (name: WasiFunction, ...values: readonly Part[]) => Part) => Part,
  { preopens = {}, args = [], env = {} }: WasiHost = {},
): Promise<WasiGuest> {
  // Imported where it is needed: it prints a warning.
  const { WASI } = await import("node:wasi");
  const wasi = new WASI({ version: "preview1", preopens: { ...preopens }, args: [...args], env: { ...env } });
  const functions = wasi.wasiImport as Record<string, (...values: readonly (number | bigint)[]) => number>;
  const guest = callingGuest(
    Object.fromEntries(names.map((name) => [name, WASI_FUNCTIONS[name]])),
    () => functions,
    (call) => work((name, ...values) => call(name, ...values)),
    (instance) => wasi.initialize(instance),
  );
  return { ...guest, call: (name, ...values) => functions[name]?.(...values) ?? -1 };
}

/** Where a guest of node:wasi has the results of its calls. */
export const WASI_RESULT = 512;

/** A guest that reads the monotonic clock of node:wasi into its memory. */
export function wasiClock(): Promise<WasiGuest> {
  return wasiGuest(["clock_time_get"], (call) => call("clock_time_get", i32(1), i64(0n), i32(WASI_RESULT)));
}
