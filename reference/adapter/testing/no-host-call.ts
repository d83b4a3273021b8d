import { CAPABILITY_NAMES } from "../../../generated/capabilities.js";
import { InstructionFlag } from "../../../generated/enums/instruction-flag.js";
import { errorCodeOfNumber } from "../../../generated/errors/error-code.js";
import { INSTRUCTIONS, type InstructionRow } from "../../../generated/instructions/instruction-table.js";
import type { HostSyscall, PlatformAdapter } from "../../contracts/platform-adapter.js";
import { createInstructionBus } from "../instruction-bus.js";
import { encodeSample } from "./bus-fixture.js";

/** What reached an adapter and, through it, its host. */
export interface HostCalls {
  /** Instructions that were translated. */
  translated: number;
  /** Host calls that were made. */
  made: number;
}

/**
 * An adapter that counts what reaches it and its host.
 *
 * @param isInert whether host calls are counted and not made
 */
export function spiedAdapter(adapter: PlatformAdapter, calls: HostCalls, isInert = false): PlatformAdapter {
  return {
    descriptor: () => adapter.descriptor(),
    match: (host) => adapter.match(host),
    normalize: (raw) => adapter.normalize(raw),
    translate: (instruction, binding) => {
      calls.translated += 1;
      const syscall: HostSyscall = isInert ? () => [] : adapter.translate(instruction, binding);
      return (signal) => {
        calls.made += 1;
        return syscall(signal);
      };
    },
  };
}

/** One instruction that must not reach the host, and the code it must be answered with. */
interface Unanswerable {
  readonly what: string;
  readonly bytes: Uint8Array;
  readonly granted: readonly string[];
  readonly code: string;
}

/**
 * Emit, over one adapter, every opcode of the table malformed in many ways, denied, and where the adapter lacks it
 * unsupported; opcodes of no table; and categories of none.
 *
 * @returns what was answered otherwise or reached the adapter: nothing where the bus keeps its word; and how many
 * instructions were tried
 * @spec instructions.bus.no-host-call
 */
export function violationsOfNoHostCall(adapter: PlatformAdapter): { violations: string[]; tried: number } {
  const calls: HostCalls = { translated: 0, made: 0 };
  const spied = spiedAdapter(adapter, calls);
  const channels = new Map<string, (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>>();
  const emitterWith = (granted: readonly string[]): ((bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>) => {
    const known = channels.get(granted.join());
    if (known !== undefined) return known;
    const channel = createInstructionBus({
      adapter: spied,
      policy: { capabilities: [...granted] },
      events: { publish: () => undefined, enabled: () => false },
      clock: { unixNanoseconds: () => 0n, monotonicNanoseconds: () => 0n },
    }).open({
      instance: "instance#1",
      required: granted,
      optional: [],
      hostFunctions: undefined,
      quotas: {},
      deliver: () => undefined,
    });
    const emit = (bytes: Uint8Array): Uint8Array | Promise<Uint8Array> => channel.emit(bytes);
    channels.set(granted.join(), emit);
    return emit;
  };
  const violations: string[] = [];
  const cases = [...INSTRUCTIONS.flatMap((row) => casesOf(row, adapter)), ...unknownOpcodes()];
  for (const { what, bytes, granted, code } of cases) {
    const reply = emitterWith(granted)(bytes);
    const answered =
      reply instanceof Uint8Array ? errorCodeOfNumber(((reply[0] ?? 0) << 8) | (reply[1] ?? 0)) : "a promise";
    if (answered !== code) violations.push(`${what}: ${answered ?? "success"} instead of ${code}`);
    if (calls.translated + calls.made > 0) violations.push(`${what}: reached the adapter`);
    calls.translated = 0;
    calls.made = 0;
  }
  return { violations, tried: cases.length };
}

function casesOf(row: InstructionRow, adapter: PlatformAdapter): Unanswerable[] {
  const { supportedCapabilities, supportedInstructions } = adapter.descriptor();
  const whole = encodeSample(row);
  const cases: Unanswerable[] = malformed(row, whole).map(([what, bytes]) => ({
    what: `${row.name} ${what}`,
    bytes,
    granted: CAPABILITY_NAMES,
    code: "ADP_INSTRUCTION_MALFORMED",
  }));
  const { capability } = row;
  if (capability !== null) {
    const granted = CAPABILITY_NAMES.filter((name) => name !== capability);
    cases.push({ what: `${row.name} denied`, bytes: whole, granted, code: "ADP_CAPABILITY_DENIED" });
    if (row.dispatch !== "sync") {
      const bytes = withHead(whole, (whole[0] as number) | InstructionFlag.Async);
      cases.push({ what: `${row.name} denied with ASYNC`, bytes, granted, code: "ADP_CAPABILITY_DENIED" });
    }
  }
  if (!supportedInstructions.includes(row.name)) {
    const isAvailable = capability === null || supportedCapabilities.includes(capability);
    const code = isAvailable ? "ADP_UNSUPPORTED_INSTRUCTION" : "ADP_CAPABILITY_DENIED";
    cases.push({ what: `${row.name} unsupported`, bytes: whole, granted: CAPABILITY_NAMES, code });
  }
  return cases;
}

/** The same instruction broken in one way each. */
function malformed(row: InstructionRow, whole: Uint8Array): (readonly [what: string, bytes: Uint8Array])[] {
  const head = whole[0] as number;
  const caps = whole.slice();
  caps[4] = (caps[4] as number) ^ 0x01;
  const behind = (...more: number[]): Uint8Array => Uint8Array.of(...whole, ...more);
  return [
    ...[0, 1, 2, 3, 4].map((length) => [`cut to ${length} bytes`, whole.subarray(0, length)] as const),
    ...(whole.length > 5 + (head & InstructionFlag.ExtCaps ? 2 : 0)
      ? [["cut by one byte", whole.subarray(0, whole.length - 1)] as const]
      : []),
    ["with reserved bits", withHead(whole, head | 0x10)],
    ["with a reserved category", withHead(whole, head | 0x08)],
    ["with another capability", caps],
    ["with a TLV of no type", behind(0x63, 0)],
    ["with a none at its end", behind(0, 0)],
    ["with half a TLV at its end", behind(6, 9, 1)],
    ["with a length of two bytes for one", behind(6, 0x80, 0)],
    ["with a text that is no UTF-8", behind(7, 1, 0xff)],
    ["with more operands than any has", behind(...Array.from({ length: 16 }, () => [5, 1, 1]).flat())],
    ["longer than any may be", tooLong(whole)],
    ...(row.dispatch === "sync" ? [["with ASYNC", withHead(whole, head | InstructionFlag.Async)] as const] : []),
  ];
}

function tooLong(whole: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1_048_577);
  bytes.set(whole);
  return bytes;
}

function withHead(bytes: Uint8Array, head: number): Uint8Array {
  const changed = bytes.slice();
  changed[0] = head;
  return changed;
}

/** Opcodes of no table, released and experimental, that need nothing or what was not granted. */
function unknownOpcodes(): Unanswerable[] {
  return [0, 1, 2, 3, 4, 5, 6, 7].flatMap((category) =>
    [0x00ff, 0x7fff, 0x8000, 0xffff].flatMap((opcode) => {
      const bytes = (caps: number): Uint8Array =>
        Uint8Array.of(category, opcode >> 8, opcode & 0xff, caps >> 8, caps & 0xff);
      const what = `${category}/0x${opcode.toString(16)}`;
      return [
        { what, bytes: bytes(0), granted: CAPABILITY_NAMES, code: "ADP_UNSUPPORTED_INSTRUCTION" },
        { what: `${what} denied`, bytes: bytes(1), granted: [], code: "ADP_CAPABILITY_DENIED" },
      ];
    }),
  );
}
