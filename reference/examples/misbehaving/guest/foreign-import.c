// Imports something of a host that is not this one.
#include "fayger.h"

__attribute__((import_module("wasi_snapshot_preview1"), import_name("random_get"))) int32_t random_get(void *, uint32_t);

static uint8_t bytes[8];
FAYGER_ENTRY(run) { fayger_exit((uint32_t)random_get(bytes, sizeof bytes)); }
