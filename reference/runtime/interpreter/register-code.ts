/**
 * Instructions of the register code by number. Those that are not here carry the number that WebAssembly gives them:
 * loads and stores 0x28 to 0x3e, comparisons, arithmetic and conversions 0x45 to 0xc4.
 *
 * The first word of an instruction is `number | x << 8 | y << 16 | z << 24`: the registers x, y and z are slots of the
 * frame. What follows in square brackets are whole words. A target is the position of a block's header.
 */
export const RegisterOp = {
  /** Go on with the block that follows. */
  Fall: 0x00,
  /** [target] */
  Jump: 0x01,
  /** Where y is not 0. [target] */
  BranchNonZero: 0x02,
  /** Where y is 0. [target] */
  BranchZero: 0x03,
  /** Ten comparisons of y and z in the order of WebAssembly: eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u. [target] */
  BranchCompare: 0x04,
  /** The same of y and a constant. [constant] [target] */
  BranchCompareConstant: 0x0e,
  /** By y. [number of targets without the default] [targets] */
  BranchTable: 0x18,
  /** [stack charge] */
  Return: 0x19,
  /** With the value in y. [stack charge] */
  ReturnOne: 0x1a,
  /** With values in a row. [stack charge] [first slot] [number] */
  ReturnMany: 0x1b,
  /** Arguments from the slot on that the word holds above its number. [entry of the function] */
  Call: 0x1c,
  /** The same, of a function that may not be translated yet. [function index] */
  CallFirst: 0x1d,
  /** The same, of an imported function. [function index] */
  CallImport: 0x1e,
  /** Element y. [canonical type index] [table index] [arguments as in `Call`] [0] */
  CallIndirect: 0x1f,
  Unreachable: 0x20,
  /** The outermost call is over. */
  Halt: 0x21,
  /** A call that came from another instance is over. */
  Leave: 0x22,
  /** x = y, 64 bits. */
  Move: 0x23,
  /** x = y, the lower 32 bits. */
  MoveWord: 0x24,
  /** x = constant. [constant] */
  ConstantWord: 0x25,
  /** x = constant. [low] [high] */
  Constant: 0x26,
  /** Slots in a row become 0. [first slot] [number] */
  Zero: 0x27,
  /** x = y + z; then load an i32 from there. [offset] */
  AddLoad: 0x3f,
  /** x = y << constant + z. [constant] */
  ShiftAdd: 0x40,
  /** x = global. [global index] */
  GlobalGet: 0x41,
  /** global = y. [global index] */
  GlobalSet: 0x42,
  /** x = y or z. [slot of the condition] */
  Select: 0x43,
  /** What is rare, on slots from the one on that the word holds above its number. [number] [first] [second immediate] */
  Rare: 0x44,
  /** Eight operations of y and a constant: add mul and or xor shl shr_s shr_u. [constant] */
  WordConstant: 0xc5,
  /** x = a slot beyond 255. [slot] */
  LoadSlot: 0xcd,
  /** A slot beyond 255 = y. [slot] */
  StoreSlot: 0xce,
  /** Slots in a row are copied. [from] [to] [number] */
  MoveMany: 0xcf,
  /** x = y + constant, i64. [low] [high] */
  LongAddConstant: 0xd0,
  /** Ten i64 comparisons of y and z. [target] */
  BranchLongCompare: 0xd1,
} as const;

/** Positions in {@link RegisterOp.WordConstant} by the number of the instruction in WebAssembly. */
export const WORD_CONSTANT_ORDER: readonly number[] = [0x6a, 0x6c, 0x71, 0x72, 0x73, 0x74, 0x75, 0x76];

/** Slots below this one are registers that every instruction reaches. */
export const REACHABLE_SLOTS = 256;
/** In a function with more slots, three that hold what an instruction cannot reach. */
export const SCRATCH_SLOT = 253;

/** Where the code of a module begins: what an outermost call and one from another instance return to. */
export const HALT_RETURN = 2;
/** See {@link HALT_RETURN}. */
export const LEAVE_RETURN = 6;
/** The words before the first function. */
export const CODE_PROLOGUE: readonly number[] = [0, 0, 0, RegisterOp.Halt, 0, 0, 0, RegisterOp.Leave];
