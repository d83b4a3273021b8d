// An entry that wants arguments.
#include "fayger.h"

FAYGER_EXPORT("run") int run(int count);
int run(int count) { return count; }
