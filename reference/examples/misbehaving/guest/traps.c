// One entry for each way in which WebAssembly stops a program. The manifest's entry symbol says which one runs.
#include "fayger.h"

// Values the compiler may not know, or it would do the wrong thing before the program could.
static volatile int32_t zero = 0;
static volatile int32_t smallest = INT32_MIN;
static volatile double not_a_number = __builtin_nan("");

FAYGER_ENTRY(run_unreachable) { __builtin_trap(); }

FAYGER_ENTRY(divide_by_zero) { fayger_exit((uint32_t)(smallest / zero)); }

FAYGER_ENTRY(overflow) { fayger_exit((uint32_t)(smallest / (zero - 1))); }

FAYGER_ENTRY(convert_nan) { fayger_exit((uint32_t)__builtin_wasm_trunc_s_i32_f64(not_a_number)); }

FAYGER_ENTRY(wild_pointer) {
  volatile uint32_t *wild = (volatile uint32_t *)(0xfffffff0u + (uint32_t)zero);
  fayger_exit(*wild);
}

static int32_t add_one(int32_t value) { return value + 1; }
static int32_t (*volatile function)(int32_t) = add_one;

// Function pointers are places in the module's table: the first is kept empty, there are few of them, and each knows
// its type.
FAYGER_ENTRY(call_nothing) {
  function = NULL;
  fayger_exit((uint32_t)function(1));
}

FAYGER_ENTRY(call_behind_the_table) {
  function = (int32_t(*)(int32_t))(1000u + (uint32_t)zero);
  fayger_exit((uint32_t)function(1));
}

FAYGER_ENTRY(call_with_another_type) {
  int64_t (*other)(int64_t, int64_t) = (int64_t(*)(int64_t, int64_t))(void (*)(void))function;
  fayger_exit((uint32_t)other(1, 2));
}

// Through a pointer, or the compiler would make a loop of it.
static int32_t deeper(int32_t depth) { return function(depth + 1) + depth; }

FAYGER_ENTRY(recurse_for_ever) {
  function = deeper;
  fayger_exit((uint32_t)function(1));
}
