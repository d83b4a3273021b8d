// One entry for each rule of the guest ABI that a running program can break, and what it may do without harm. The
// manifest's entry symbol says which one runs. Nobody needs the functions below fayger.h, and anybody can call them.
#include "fayger.h"

static uint8_t room_bytes[512];
static fayger_room room = FAYGER_ROOM(room_bytes);
static void *const wild = (void *)0xfffffff0u;

FAYGER_ENTRY(emit_from_nowhere) { fayger_emit(wild, 64, room_bytes, sizeof room_bytes); }

FAYGER_ENTRY(reply_to_nowhere) { fayger_emit(room_bytes, 5, wild, 64); }

FAYGER_ENTRY(read_reply_to_nowhere) { fayger_reply_read(wild, 64); }

FAYGER_ENTRY(section_of_no_name) { fayger_section_read(wild, 64, 0, room_bytes, sizeof room_bytes); }

FAYGER_ENTRY(section_to_nowhere) { fayger_section(FAYGER_TEXT("code/main"), 0, wild, 64); }

/** A length near 2^32: no sum of it with a pointer may wrap around. */
FAYGER_ENTRY(emit_of_everything) { fayger_emit(room_bytes, 0xffffffffu, room_bytes, sizeof room_bytes); }

FAYGER_ENTRY(give_up) { fayger_abort(); }

/** Fails for a reason that the host knows: it becomes the cause. */
FAYGER_ENTRY(give_up_after_refusal) {
  fayger_time_clock_wall_results clock;
  if (fayger_time_clock_wall(&room, &clock) == FAYGER_OK) fayger_exit(1);
  fayger_abort();
}

/** Sends bytes that are no instruction; the answer says so and the program goes on. Exits with 0 where it is so. */
FAYGER_ENTRY(emit_nonsense) {
  static const uint8_t nonsense[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
  room.length = fayger_emit(nonsense, sizeof nonsense, room.data, room.capacity);
  fayger_read_reply(&room);
  fayger_exit(room.status == FAYGER_ADP_INSTRUCTION_MALFORMED ? 0 : 1);
}

/** Says that an instruction needs nothing; the table knows better. Exits with 0 where that is noticed. */
FAYGER_ENTRY(understate_capabilities) {
  fayger_writer writer = fayger_writer_in(room.data, room.capacity);
  fayger_begin(&writer, 0x03, 0x0001, 0x0000);
  fayger_send(&room, &writer);
  fayger_exit(room.status == FAYGER_ADP_INSTRUCTION_MALFORMED ? 0 : 1);
}

/** Does what it asked nobody for. Exits with 0 where it is refused. */
FAYGER_ENTRY(use_what_was_not_granted) {
  fayger_time_clock_wall_results clock;
  fayger_exit(fayger_time_clock_wall(&room, &clock) == FAYGER_ADP_CAPABILITY_DENIED ? 0 : 1);
}
