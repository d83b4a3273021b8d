import { TRAPS, type Trap } from "../../../generated/enums/trap.js";

/** Why the register code stopped running. */
export const Exit = {
  /** It did not: the program goes on. */
  None: 0,
  /** The next block costs more than is left. */
  OutOfFuel: 1,
  /** The same of a bulk operation, inside of a block. */
  OutOfFuelInside: 2,
  /** The outermost call is over. */
  Returned: 3,
  Trapped: 4,
  /** A host function cannot answer yet. */
  Blocked: 5,
  /** The program stands at an instruction that the loop does not do. */
  Attend: 6,
  /** The instruction at which the program stands takes long, and is not done yet. Only going on brings it to its end. */
  Midway: 7,
} as const;
export type Exit = (typeof Exit)[keyof typeof Exit];

/** The numbers of the traps. @spec guest-abi.traps */
export const TrapNumber = {
  Unreachable: 1,
  IntegerDivideByZero: 2,
  IntegerOverflow: 3,
  InvalidConversion: 4,
  MemoryOutOfBounds: 5,
  TableOutOfBounds: 6,
  UninitializedElement: 7,
  IndirectCallTypeMismatch: 8,
  StackExhausted: 9,
} as const;

/** The name of a trap's number. */
export function trapName(number: number): Trap {
  return TRAPS[number - 1] ?? "other";
}
