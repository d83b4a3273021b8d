// Offers room for an event where there is no memory.
#include "fayger.h"

static uint8_t room_bytes[64];
static fayger_room room = FAYGER_ROOM(room_bytes);

FAYGER_EXPORT("fayger_alloc") void *wild_alloc(uint32_t length);
void *wild_alloc(uint32_t length) { return (void *)(0xffffffffu - length); }

FAYGER_EXPORT("fayger_on_event") void ignore(void *event, uint32_t length);
void ignore(void *event, uint32_t length) {
  (void)event;
  (void)length;
}

FAYGER_ENTRY(run) {
  fayger_time_timer_start_results timer;
  if (fayger_time_timer_start(&room, 1, 0, &timer) != FAYGER_OK) fayger_exit(1);
}
