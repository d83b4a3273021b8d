// Values of calls, read so that no input can do harm: what is not there, or of another type, is what the caller says
// instead.

import { Tlv } from "../../../../generated/guest/assemblyscript/fayger";
import { setting } from "./part";

const U32: u8 = 1;
const U64: u8 = 2;
const I64: u8 = 3;
const F64: u8 = 4;
const BOOL: u8 = 5;
const BYTES: u8 = 6;
const TEXT: u8 = 7;
const LIST: u8 = 9;

/** Whether a value is any kind of number. */
export function isNumber(value: Tlv): bool {
  return value.type >= U32 && value.type <= F64;
}

/** Whether a value is a text. */
export function isText(value: Tlv): bool {
  return value.type == TEXT;
}

/** A value as a number. */
export function toNumber(value: Tlv, otherwise: f64 = 0): f64 {
  if (value.type == F64) return value.toF64();
  if (value.type == I64) return <f64>value.toI64();
  if (value.type == U32 || value.type == U64) return <f64>value.bits;
  return otherwise;
}

/** A value as a text. */
export function toText(value: Tlv, otherwise: string = ""): string {
  return isText(value) ? value.toText() : otherwise;
}

/** The text at a place of an input. */
export function textAt(input: Array<Tlv>, at: i32, otherwise: string = ""): string {
  return at < input.length ? toText(input[at], otherwise) : otherwise;
}

/** The number at a place of an input. */
export function numberAt(input: Array<Tlv>, at: i32, otherwise: f64 = 0): f64 {
  return at < input.length ? toNumber(input[at], otherwise) : otherwise;
}

/** Whether there is a number at a place of an input. */
export function hasNumber(input: Array<Tlv>, at: i32): bool {
  return at < input.length && isNumber(input[at]);
}

/** The truth value at a place of an input. */
export function boolAt(input: Array<Tlv>, at: i32): bool {
  return at < input.length && input[at].type == BOOL && input[at].bits != 0;
}

/** The bytes at a place of an input: those of a text too. */
export function bytesAt(input: Array<Tlv>, at: i32): Uint8Array {
  const isThere = at < input.length && (input[at].type == BYTES || input[at].type == TEXT);
  return isThere ? input[at].bytes : new Uint8Array(0);
}

/** The items of a list. */
export function itemsOf(value: Tlv | null): Array<Tlv> {
  return value !== null && value.type == LIST ? value.items : [];
}

/** What comes from a place of an input on. */
export function rest(input: Array<Tlv>, from: i32): Array<Tlv> {
  return from < input.length ? input.slice(from) : [];
}

/** Texts as values. */
export function texts(values: Array<string>): Array<Tlv> {
  const all: Array<Tlv> = [];
  for (let at = 0; at < values.length; at += 1) all.push(Tlv.text(values[at]));
  return all;
}

/** A setting as a text. */
export function settingText(pointer: string, otherwise: string): string {
  const value = setting(pointer);
  return value === null ? otherwise : toText(value, otherwise);
}

/** A setting as a number. */
export function settingNumber(pointer: string, otherwise: f64): f64 {
  const value = setting(pointer);
  return value === null ? otherwise : toNumber(value, otherwise);
}

/** A setting as texts; what in it is no text is left out. */
export function settingTexts(pointer: string): Array<string> {
  const items = itemsOf(setting(pointer));
  const all: Array<string> = [];
  for (let at = 0; at < items.length; at += 1) if (isText(items[at])) all.push(items[at].toText());
  return all;
}

/** Digits of bytes, in hexadecimal. */
export function hexadecimal(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 1) text += (bytes[at] < 16 ? "0" : "") + bytes[at].toString(16);
  return text;
}

/** A number without a fraction, in a column of so many characters. */
export function column(value: f64, width: i32): string {
  return (<i32>Math.round(value)).toString().padStart(width, " ");
}

/** A number without a fraction. */
export function whole(value: f64): string {
  return column(value, 0);
}
