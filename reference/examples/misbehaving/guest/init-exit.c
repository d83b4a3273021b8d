// Exits before it runs.
#include "fayger.h"

FAYGER_INIT { fayger_exit(0); }
FAYGER_ENTRY(run) {}
