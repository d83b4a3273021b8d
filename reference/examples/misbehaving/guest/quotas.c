// One entry for each quota, and it takes what it can get. The manifest's entry symbol says which one runs.
#include "fayger.h"

static uint8_t room_bytes[512];
static fayger_room room = FAYGER_ROOM(room_bytes);

static volatile uint32_t counter;

/** Keeps the processor busy. */
static void spin(uint32_t rounds) {
  for (uint32_t round = 0; round < rounds; round += 1) counter += 1;
}

FAYGER_ENTRY(loop_for_ever) {
  for (;;) counter += 1;
}

/** Exits with the number of pages it has when there is no more. */
FAYGER_ENTRY(grow_memory) {
  while (__builtin_wasm_memory_grow(0, 1) != (size_t)-1) {}
  fayger_exit(__builtin_wasm_memory_size(0));
}

/** Opens timers that ring in an hour; exits with how many it got, plus 1000 where the reason is not the quota. */
FAYGER_ENTRY(open_handles) {
  fayger_time_timer_start_results timer;
  uint32_t opened = 0;
  while (fayger_time_timer_start(&room, 3600000000000u, 0, &timer) == FAYGER_OK) opened += 1;
  bool quota = room.status == FAYGER_ADP_POLICY_DENIED && room.host_error == FAYGER_HOST_ERROR_QUOTA;
  fayger_exit(quota ? opened : opened + 1000);
}

/** Begins sleeps of an hour; exits with how many it got, plus 1000 where the reason is not the quota. */
FAYGER_ENTRY(open_calls) {
  uint32_t id;
  uint32_t opened = 0;
  while (fayger_time_sleep_start(&room, 3600000000000u, &id) == FAYGER_OK) opened += 1;
  bool quota = room.status == FAYGER_ADP_POLICY_DENIED && room.host_error == FAYGER_HOST_ERROR_QUOTA;
  fayger_exit(quota ? opened : opened + 1000);
}

/** Asks for more in one reply than it may have; exits with 0 where it is told so, and the program goes on. */
FAYGER_ENTRY(long_reply) {
  fayger_random_random_bytes_results random;
  fayger_status status = fayger_random_random_bytes(&room, 60000, &random);
  if (status != FAYGER_ADP_POLICY_DENIED || room.host_error != FAYGER_HOST_ERROR_QUOTA) fayger_exit(1);
  fayger_exit(fayger_random_random_bytes(&room, 10, &random) == FAYGER_OK && random.data.length == 10 ? 0 : 2);
}

/** Reads the clock as often as it can; exits with 0 after 120 times. */
FAYGER_ENTRY(flood_of_emits) {
  fayger_time_clock_wall_results clock;
  for (uint32_t emits = 0; emits < 120; emits += 1) {
    if (fayger_time_clock_wall(&room, &clock) != FAYGER_OK) fayger_exit(1);
  }
  fayger_exit(0);
}

/** Starts many timers and is slow with each event, so that events pile up; exits with 0 after 60 of them. */
FAYGER_ENTRY(flood_of_events) {
  fayger_time_timer_start_results timer;
  for (uint32_t timers = 0; timers < 40; timers += 1) {
    if (fayger_time_timer_start(&room, 1000000, 1000000, &timer) != FAYGER_OK) fayger_exit(1);
  }
}

static void fired(void *context, const fayger_time_timer_fired *event) {
  static uint32_t events;
  (void)context;
  (void)event;
  spin(20000);
  events += 1;
  if (events == 60) fayger_exit(0);
}

static const fayger_handlers handlers = { .time_timer_fired = fired };
static void on_event(const void *event, uint32_t length) { fayger_dispatch(&handlers, NULL, event, length); }
static uint8_t event_room[64];
FAYGER_EVENTS(event_room, on_event)
