// A table of its own, which the C language does not have: a few lines of assembly define it and grow it.
// Options: -mreference-types
#include "fayger.h"

__asm__(
    "  .tabletype grown, funcref\n"
    "grown:\n"
    "  .globl grow_by_one\n"
    "  .type grow_by_one,@function\n"
    "grow_by_one:\n"
    "  .functype grow_by_one (i32) -> ()\n"
    "  local.get 0\n"
    "  ref.null_func\n"
    "  i32.const 1\n"
    "  table.grow grown\n"
    "  i32.store 0\n"
    "  end_function\n");

/** Grows the table by one empty element; gives its size before, or -1. */
extern void grow_by_one(int32_t *size);

/** Exits with the number of elements the table has when there is no more. */
FAYGER_ENTRY(grow_table) {
  int32_t size = 0;
  uint32_t elements = 0;
  for (grow_by_one(&size); size != -1; grow_by_one(&size)) elements += 1;
  fayger_exit(elements);
}
