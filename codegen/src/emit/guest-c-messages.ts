// The part of the C headers that is the same for every table: how values become bytes, and bytes values.

/** Slices, rooms and the two cursors. */
export const TYPES = `
/** A function that many others call: kept once in a program instead of copied into each caller. */
#define FAYGER_SHARED static inline __attribute__((noinline))

/** Bytes, or a text in UTF-8, that somebody else keeps. Nothing is copied, and no zero byte stands behind them. */
typedef struct fayger_bytes {
  /** The first byte. */
  const uint8_t *data;
  /** How many bytes. */
  uint32_t length;
} fayger_bytes;

/** The items of a list, encoded. Read them with fayger_list_items and fayger_next; make one with fayger_list_of. */
typedef struct fayger_list {
  /** The first byte of the first item. */
  const uint8_t *data;
  /** Bytes of all items. */
  uint32_t length;
} fayger_list;

/** Room that the program lends to one call at a time: first the instruction is written there, then the reply. */
typedef struct fayger_room {
  /** The room. */
  uint8_t *data;
  /** Its bytes. A reply of n bytes of data needs about n + 8. */
  uint32_t capacity;
  /** Bytes of the last reply, also where they did not fit; or of the instruction that did not fit. */
  uint32_t length;
  /** How the last call ended. */
  fayger_status status;
  /** Why the host failed, where the status is an error code. */
  fayger_host_error host_error;
} fayger_room;

/** A room over an array of bytes: \`static fayger_room room = FAYGER_ROOM(array);\` */
#define FAYGER_ROOM(array) { (array), sizeof(array), 0, 0, 0 }

/** Writes TLVs one behind the other. Where the room ends it goes on counting, so that \`length\` tells what is needed. */
typedef struct fayger_writer {
  /** Where the bytes go. */
  uint8_t *data;
  /** Bytes there is room for. */
  uint32_t capacity;
  /** Bytes written or, above the capacity, needed. */
  uint32_t length;
  /** Optional operands left out and not written yet. */
  uint32_t skipped;
  /** Whether something that was put in lies in the writer's own room, and so was written over. */
  bool overlaps;
} fayger_writer;

/** Takes TLVs one behind the other. After the first that is not as expected, it gives zeros and empty slices. */
typedef struct fayger_reader {
  /** The bytes. */
  const uint8_t *data;
  /** How many. */
  uint32_t length;
  /** Where the next TLV begins. */
  uint32_t at;
  /** Whether something was not as expected. */
  bool failed;
} fayger_reader;

/** One TLV of whatever type. */
typedef struct fayger_tlv {
  /** FAYGER_TYPE_... */
  uint8_t type;
  /** The value of a u32, u64, i64, bool or handle; the bits of an f64. */
  uint64_t bits;
  /** The bytes of a bytes or text; the items of a list. */
  fayger_bytes bytes;
} fayger_tlv;

/** A slice of so many bytes. */
static inline fayger_bytes fayger_bytes_of(const void *data, uint32_t length) {
  fayger_bytes bytes = { (const uint8_t *)data, length };
  return bytes;
}

/** A literal as a text: \`FAYGER_TEXT("hello")\`. */
#define FAYGER_TEXT(literal) fayger_bytes_of("" literal, sizeof(literal) - 1)

/** A text that ends with a zero byte. */
static inline fayger_bytes fayger_text(const char *text) {
  uint32_t length = 0;
  while (text[length] != 0) {
    length += 1;
    // Without this a compiler may call strlen, which a program without a C library does not have.
    __asm__ volatile("");
  }
  return fayger_bytes_of(text, length);
}

/** Copies bytes that do not overlap; needs no C library. */
static inline void fayger_copy(uint8_t *to, const uint8_t *from, uint32_t length) {
#ifdef __wasm_bulk_memory__
  __builtin_memcpy(to, from, length);
#else
  for (uint32_t at = 0; at < length; at += 1) {
    to[at] = from[at];
    // Without this a compiler may call memcpy, which a program without a C library does not have.
    __asm__ volatile("");
  }
#endif
}

/** Whether two slices hold the same bytes. */
static inline bool fayger_equal(fayger_bytes left, fayger_bytes right) {
  if (left.length != right.length) return false;
  for (uint32_t at = 0; at < left.length; at += 1) {
    if (left.data[at] != right.data[at]) return false;
  }
  return true;
}`;

/** From values to bytes. */
export const WRITING = `
/** A writer with nothing written. */
static inline fayger_writer fayger_writer_in(void *data, uint32_t capacity) {
  fayger_writer writer = { (uint8_t *)data, capacity, 0, 0, false };
  return writer;
}

/** Whether everything fitted. */
static inline bool fayger_writer_fits(const fayger_writer *writer) { return writer->length <= writer->capacity; }

/** Room for so many bytes behind what is written; NULL where there is none. */
FAYGER_SHARED uint8_t *fayger_reserve(fayger_writer *writer, uint32_t size) {
  uint32_t at = writer->length;
  writer->length = size > UINT32_MAX - at ? UINT32_MAX : at + size;
  return fayger_writer_fits(writer) ? writer->data + at : NULL;
}

/** One byte as it is. */
static inline void fayger_put_byte(fayger_writer *writer, uint8_t value) {
  uint8_t *to = fayger_reserve(writer, 1);
  if (to != NULL) *to = value;
}

/** A number in so many bytes, the most significant first. */
FAYGER_SHARED void fayger_put_big_endian(fayger_writer *writer, uint64_t value, uint32_t size) {
  for (uint32_t left = size; left > 0; left -= 1) fayger_put_byte(writer, (uint8_t)(value >> (8 * (left - 1))));
}

/** The head of an instruction: category byte, opcode, capabilities. */
static inline void fayger_begin(fayger_writer *writer, uint8_t cat, uint16_t op, uint16_t caps) {
  fayger_put_byte(writer, cat);
  fayger_put_big_endian(writer, op, 2);
  fayger_put_big_endian(writer, caps, 2);
}

/** Leaves an optional operand out. @spec instructions.operands */
static inline void fayger_skip(fayger_writer *writer) { writer->skipped += 1; }

/** Type and length; the value follows. @spec instructions.tlv.length */
FAYGER_SHARED void fayger_put_head(fayger_writer *writer, uint8_t type, uint32_t length) {
  for (; writer->skipped > 0; writer->skipped -= 1) fayger_put_big_endian(writer, FAYGER_TYPE_NONE, 2);
  fayger_put_byte(writer, type);
  for (; length > 0x7f; length >>= 7) fayger_put_byte(writer, (uint8_t)(length | 0x80));
  fayger_put_byte(writer, (uint8_t)length);
}

/** A none: what stands in a list for nothing. */
static inline void fayger_put_none(fayger_writer *writer) { fayger_put_head(writer, FAYGER_TYPE_NONE, 0); }

/** A u32. */
static inline void fayger_put_u32(fayger_writer *writer, uint32_t value) {
  fayger_put_head(writer, FAYGER_TYPE_U32, 4);
  fayger_put_big_endian(writer, value, 4);
}

/** A u64. */
static inline void fayger_put_u64(fayger_writer *writer, uint64_t value) {
  fayger_put_head(writer, FAYGER_TYPE_U64, 8);
  fayger_put_big_endian(writer, value, 8);
}

/** An i64. */
static inline void fayger_put_i64(fayger_writer *writer, int64_t value) {
  fayger_put_head(writer, FAYGER_TYPE_I64, 8);
  fayger_put_big_endian(writer, (uint64_t)value, 8);
}

/** An f64; every NaN becomes the canonical one. @spec instructions.tlv.f64 */
static inline void fayger_put_f64(fayger_writer *writer, double value) {
  uint64_t bits = 0x7ff8000000000000u;
  if (value == value) __builtin_memcpy(&bits, &value, sizeof bits);
  fayger_put_head(writer, FAYGER_TYPE_F64, 8);
  fayger_put_big_endian(writer, bits, 8);
}

/** A bool. */
static inline void fayger_put_bool(fayger_writer *writer, bool value) {
  fayger_put_head(writer, FAYGER_TYPE_BOOL, 1);
  fayger_put_byte(writer, value ? 1 : 0);
}

/** A handle. */
static inline void fayger_put_handle(fayger_writer *writer, uint32_t value) {
  fayger_put_head(writer, FAYGER_TYPE_HANDLE, 4);
  fayger_put_big_endian(writer, value, 4);
}

/** Bytes as they are, without type and length. */
FAYGER_SHARED void fayger_put_raw(fayger_writer *writer, const uint8_t *data, uint32_t length) {
  uintptr_t from = (uintptr_t)data, room = (uintptr_t)writer->data;
  if (length > 0 && from < room + writer->capacity && room < from + length) writer->overlaps = true;
  uint8_t *to = fayger_reserve(writer, length);
  if (to != NULL && length > 0) fayger_copy(to, data, length);
}

/** Bytes. */
static inline void fayger_put_bytes(fayger_writer *writer, fayger_bytes value) {
  fayger_put_head(writer, FAYGER_TYPE_BYTES, value.length);
  fayger_put_raw(writer, value.data, value.length);
}

/** A text. It has to be UTF-8, or the instruction is malformed. */
static inline void fayger_put_text(fayger_writer *writer, fayger_bytes value) {
  fayger_put_head(writer, FAYGER_TYPE_TEXT, value.length);
  fayger_put_raw(writer, value.data, value.length);
}

/** A list. Lists are nested at most four deep. */
static inline void fayger_put_list(fayger_writer *writer, fayger_list value) {
  fayger_put_head(writer, FAYGER_TYPE_LIST, value.length);
  fayger_put_raw(writer, value.data, value.length);
}

/** What was put into a writer, as a list. Ask fayger_writer_fits first: of a writer that is too small the list is empty. */
static inline fayger_list fayger_list_of(const fayger_writer *items) {
  fayger_list list = { items->data, fayger_writer_fits(items) ? items->length : 0 };
  return list;
}`;

/** From bytes to values. */
export const READING = `
/** A reader at the beginning of bytes. */
static inline fayger_reader fayger_reader_of(const void *data, uint32_t length) {
  fayger_reader reader = { (const uint8_t *)data, length, 0, false };
  return reader;
}

/** A reader of the items of a list. */
static inline fayger_reader fayger_list_items(fayger_list list) { return fayger_reader_of(list.data, list.length); }

/** So many bytes as they are; an empty slice where they are not there. */
FAYGER_SHARED fayger_bytes fayger_take_raw(fayger_reader *reader, uint32_t length) {
  if (length > reader->length - reader->at) reader->failed = true;
  if (reader->failed) return fayger_bytes_of(NULL, 0);
  fayger_bytes bytes = { reader->data + reader->at, length };
  reader->at += length;
  return bytes;
}

/** A number in so many bytes, the most significant first. */
FAYGER_SHARED uint64_t fayger_big_endian(fayger_bytes bytes) {
  uint64_t value = 0;
  for (uint32_t at = 0; at < bytes.length; at += 1) value = value << 8 | bytes.data[at];
  return value;
}

/** The length in front of a value. */
FAYGER_SHARED uint32_t fayger_take_length(fayger_reader *reader) {
  uint64_t length = 0;
  for (uint32_t shift = 0; shift < 35; shift += 7) {
    uint8_t byte = (uint8_t)fayger_big_endian(fayger_take_raw(reader, 1));
    length |= (uint64_t)(byte & 0x7f) << shift;
    if (byte < 0x80) break;
    if (shift == 28) reader->failed = true;
  }
  if (length > UINT32_MAX) reader->failed = true;
  return (uint32_t)length;
}

/** The value of the next TLV, which has to be of this type and, where \`size\` is not 0, of this size. */
FAYGER_SHARED fayger_bytes fayger_take(fayger_reader *reader, uint8_t type, uint32_t size) {
  if (fayger_big_endian(fayger_take_raw(reader, 1)) != type) reader->failed = true;
  uint32_t length = fayger_take_length(reader);
  if (size != 0 && length != size) reader->failed = true;
  return fayger_take_raw(reader, length);
}

/** The next TLV as a u32. */
static inline uint32_t fayger_take_u32(fayger_reader *reader) {
  return (uint32_t)fayger_big_endian(fayger_take(reader, FAYGER_TYPE_U32, 4));
}

/** The next TLV as a u64. */
static inline uint64_t fayger_take_u64(fayger_reader *reader) {
  return fayger_big_endian(fayger_take(reader, FAYGER_TYPE_U64, 8));
}

/** The next TLV as an i64. */
static inline int64_t fayger_take_i64(fayger_reader *reader) {
  return (int64_t)fayger_big_endian(fayger_take(reader, FAYGER_TYPE_I64, 8));
}

/** The bits of an f64 as a number. */
static inline double fayger_f64_of(uint64_t bits) {
  double value;
  __builtin_memcpy(&value, &bits, sizeof value);
  return value;
}

/** The next TLV as an f64. */
static inline double fayger_take_f64(fayger_reader *reader) {
  return fayger_f64_of(fayger_big_endian(fayger_take(reader, FAYGER_TYPE_F64, 8)));
}

/** The next TLV as a bool. */
static inline bool fayger_take_bool(fayger_reader *reader) {
  return fayger_big_endian(fayger_take(reader, FAYGER_TYPE_BOOL, 1)) != 0;
}

/** The next TLV as a handle. */
static inline uint32_t fayger_take_handle(fayger_reader *reader) {
  return (uint32_t)fayger_big_endian(fayger_take(reader, FAYGER_TYPE_HANDLE, 4));
}

/** The next TLV as bytes. */
static inline fayger_bytes fayger_take_bytes(fayger_reader *reader) { return fayger_take(reader, FAYGER_TYPE_BYTES, 0); }

/** The next TLV as a text. */
static inline fayger_bytes fayger_take_text(fayger_reader *reader) { return fayger_take(reader, FAYGER_TYPE_TEXT, 0); }

/** The next TLV as a list. */
static inline fayger_list fayger_take_list(fayger_reader *reader) {
  fayger_bytes items = fayger_take(reader, FAYGER_TYPE_LIST, 0);
  fayger_list list = { items.data, items.length };
  return list;
}

/** The next TLV of whatever type; false at the end and where something is wrong. */
FAYGER_SHARED bool fayger_next(fayger_reader *reader, fayger_tlv *item) {
  if (reader->failed || reader->at >= reader->length) return false;
  item->type = reader->data[reader->at];
  item->bytes = fayger_take(reader, item->type, 0);
  item->bits = item->bytes.length <= 8 ? fayger_big_endian(item->bytes) : 0;
  return !reader->failed;
}`;

/** Instruction out, reply in. */
export const SENDING = `
/** Reads status and host error of a reply that lies in a room; the reader given stands at the results. */
static inline fayger_reader fayger_read_reply(fayger_room *room) {
  fayger_reader reader = fayger_reader_of(room->data, room->length);
  room->host_error = FAYGER_HOST_ERROR_NONE;
  if (room->length > room->capacity) {
    room->status = FAYGER_REPLY_TOO_LONG;
    reader.failed = true;
    return reader;
  }
  room->status = (fayger_status)fayger_big_endian(fayger_take_raw(&reader, 2));
  if (reader.failed) room->status = FAYGER_REPLY_UNEXPECTED;
  if (room->status == FAYGER_OK) return reader;
  room->host_error = fayger_take_u32(&reader);
  reader.failed = true;
  return reader;
}

/** Sends what a writer over the same room holds. The reader stands at the results and has failed where there are none. */
FAYGER_SHARED fayger_reader fayger_send(fayger_room *room, const fayger_writer *writer) {
  if (writer->overlaps || !fayger_writer_fits(writer)) {
    fayger_reader none = { NULL, 0, 0, true };
    room->length = writer->length;
    room->status = writer->overlaps ? FAYGER_OPERAND_IN_ROOM : FAYGER_ROOM_TOO_SMALL;
    room->host_error = FAYGER_HOST_ERROR_NONE;
    return none;
  }
  room->length = fayger_emit(writer->data, writer->length, room->data, room->capacity);
  return fayger_read_reply(room);
}

/**
 * Reads the last reply once more, after FAYGER_REPLY_TOO_LONG in a larger room; take its results with the \`_take\`
 * function of the instruction. Any other call in between drops the reply.
 */
static inline fayger_reader fayger_reply_again(fayger_room *room) {
  room->length = fayger_reply_read(room->data, room->capacity);
  return fayger_read_reply(room);
}

/** The status of a call whose results were taken or not. */
static inline fayger_status fayger_settle(fayger_room *room, bool taken) {
  if (room->status == FAYGER_OK && !taken) room->status = FAYGER_REPLY_UNEXPECTED;
  return room->status;
}

/** Reads a section of the artifact: how many bytes were copied, -1 where no such section was selected. */
static inline int32_t fayger_section(fayger_bytes id, uint64_t offset, void *data, uint32_t capacity) {
  return fayger_section_read(id.data, id.length, offset, data, capacity);
}`;
