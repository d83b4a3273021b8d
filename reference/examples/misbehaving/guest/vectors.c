// Uses vector instructions, which the code format leaves out.
#include "fayger.h"

typedef int32_t four __attribute__((vector_size(16)));
static volatile four values = { 1, 2, 3, 4 };

__attribute__((target("simd128"))) static void add(void) { values = values + values; }
FAYGER_ENTRY(run) { add(); }
