// Never gets ready.
#include "fayger.h"

static volatile uint32_t counter;

FAYGER_INIT {
  for (;;) counter += 1;
}
FAYGER_ENTRY(run) {}
