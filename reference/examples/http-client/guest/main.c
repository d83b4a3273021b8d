// The guest of the example `http-client`, in C. It asks the address in its section `data/url` for a page, with a call
// that it does not wait for, and writes what came to standard output when the completion reaches it.

#include "fayger.h"

/** Exit codes beside 0, which is a page with status 200 to 299. */
enum { NO_URL = 2, NOT_SENT = 3, NO_ANSWER = 4, OTHER_STATUS = 5 };

static uint8_t room_bytes[8192];
static fayger_room room = FAYGER_ROOM(room_bytes);

/** A small text that grows by its end. */
static uint8_t line_bytes[512];
static uint32_t line_length;

static void add(fayger_bytes text) {
  uint32_t left = sizeof line_bytes - line_length;
  uint32_t length = text.length < left ? text.length : left;
  fayger_copy(line_bytes + line_length, text.data, length);
  line_length += length;
}

static void add_number(uint32_t value) {
  if (value >= 10) add_number(value / 10);
  uint8_t digit = (uint8_t)('0' + value % 10);
  add(fayger_bytes_of(&digit, 1));
}

/** Writes the line that was put together. */
static void print(void) {
  add(FAYGER_TEXT("\n"));
  fayger_io_stdout_write(&room, fayger_bytes_of(line_bytes, line_length));
  line_length = 0;
}

/** Says why a call failed and ends. */
static void fail(fayger_status status, fayger_host_error error, uint32_t code) {
  add(fayger_text(fayger_status_name(status)));
  add(FAYGER_TEXT(": "));
  add(fayger_text(fayger_host_error_name(error)));
  print();
  fayger_exit(code);
}

/** The value of a header, whatever the case of its name; empty where there is none. */
static fayger_bytes header(fayger_list headers, fayger_bytes name) {
  fayger_reader items = fayger_list_items(headers);
  fayger_tlv key;
  fayger_tlv value;
  while (fayger_next(&items, &key) && fayger_next(&items, &value)) {
    bool same = key.bytes.length == name.length;
    for (uint32_t at = 0; same && at < name.length; at += 1) same = (key.bytes.data[at] | 0x20) == (name.data[at] | 0x20);
    if (same) return value.bytes;
  }
  return fayger_bytes_of(NULL, 0);
}

static void answered(void *context, const fayger_event *event, const fayger_net_http_request_results *answer) {
  (void)context;
  if (event->status != FAYGER_OK) fail(event->status, event->host_error, NO_ANSWER);
  add(FAYGER_TEXT("status "));
  add_number(answer->http_status);
  add(FAYGER_TEXT(", "));
  add(header(answer->headers, FAYGER_TEXT("content-type")));
  add(FAYGER_TEXT(", "));
  add_number(answer->body.length);
  add(FAYGER_TEXT(" bytes"));
  print();
  // The body lies in the room of the event; one instruction carries as much of it as the program's own room holds.
  for (uint32_t at = 0; at < answer->body.length; at += 4096) {
    uint32_t rest = answer->body.length - at;
    fayger_io_stdout_write(&room, fayger_bytes_of(answer->body.data + at, rest < 4096 ? rest : 4096));
  }
  if (answer->http_status < 200 || answer->http_status > 299) fayger_exit(OTHER_STATUS);
}

static const fayger_handlers handlers = { .net_http_request_done = answered };
static void on_event(const void *event, uint32_t length) { fayger_dispatch(&handlers, NULL, event, length); }
/** As much as an answer may have: `reply_bytes` of the manifest. */
static uint8_t event_room[65536];
FAYGER_EVENTS(event_room, on_event)

FAYGER_ENTRY(run) {
  static uint8_t url[1024];
  int32_t length = fayger_section(FAYGER_TEXT("data/url"), 0, url, sizeof url);
  if (length > 0 && url[length - 1] == '\n') length -= 1;
  if (length <= 0) fayger_exit(NO_URL);

  uint8_t header_bytes[64];
  fayger_writer headers = fayger_writer_in(header_bytes, sizeof header_bytes);
  fayger_put_text(&headers, FAYGER_TEXT("Accept"));
  fayger_put_text(&headers, FAYGER_TEXT("text/*"));
  fayger_list list = fayger_list_of(&headers);

  uint32_t call;
  fayger_bytes address = fayger_bytes_of(url, (uint32_t)length);
  fayger_net_http_request_start(&room, FAYGER_TEXT("GET"), address, list, fayger_bytes_of(NULL, 0), &call);
  if (room.status != FAYGER_OK) fail(room.status, room.host_error, NOT_SENT);
}
