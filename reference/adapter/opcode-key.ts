/** Category and opcode in one number. */
export function opcodeKey(category: number, opcode: number): number {
  return category * 0x1_0000 + opcode;
}
