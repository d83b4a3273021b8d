// Emits before it was granted anything.
#include "fayger.h"

static uint8_t room_bytes[64];
static fayger_room room = FAYGER_ROOM(room_bytes);

FAYGER_INIT { fayger_io_stdout_write(&room, FAYGER_TEXT("too early\n")); }
FAYGER_ENTRY(run) {}
