// Traps while it is made ready.
#include "fayger.h"

FAYGER_INIT { __builtin_trap(); }
FAYGER_ENTRY(run) {}
