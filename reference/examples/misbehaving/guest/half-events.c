// Can give room for an event and not take one.
#include "fayger.h"

static uint8_t event_room[64];

FAYGER_EXPORT("fayger_alloc") void *give_room(uint32_t length);
void *give_room(uint32_t length) {
  (void)length;
  return event_room;
}
FAYGER_ENTRY(run) {}
