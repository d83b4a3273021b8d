// The guest of the example `browser`, in AssemblyScript: a program with a surface that talks to a server. It waits for
// nothing: whatever takes time is begun, and goes on in an event.

import {
  CallReply,
  CryptoAlgorithm,
  CryptoDigestReply,
  cryptoDigestStart,
  dispatch,
  eventRoom,
  GuestEvent,
  GuestEvents,
  HostError,
  hostErrorName,
  ioClose,
  NetHttpRequestReply,
  netHttpRequestStart,
  NetWebsocketOpenReply,
  netWebsocketOpenStart,
  NetWebsocketReceiveReply,
  netWebsocketReceiveStart,
  netWebsocketSendTextStart,
  sectionRead,
  Status,
  statusName,
  textOf,
  TimeTimerFired,
  timeTimerStart,
  Tlv,
  UiAttribute,
  uiAttributeSet,
  UiChanged,
  UiClosed,
  uiFocusSet,
  uiInputOpen,
  uiNodeCreate,
  UiNodeKind,
  uiNodePlace,
  UiPressed,
  UiSubmitted,
  uiSurfaceOpen,
  uiTextSet,
} from "../../../../generated/guest/assemblyscript/fayger";

const SECOND: u64 = 1_000_000_000;
/** Messages of one visit. */
const MOST: u32 = 8;
/** An origin that no policy of this example allows. */
const ELSEWHERE = "https://example.org/";

// Numbers of nodes. Each message has three from FIRST on: its item, its text and its digest.
const CLOCK: u32 = 3;
const LINK: u32 = 4;
const INPUT: u32 = 11;
const SEND: u32 = 12;
const PROGRESS: u32 = 13;
const DIGESTS: u32 = 14;
const LIST: u32 = 15;
const ASK: u32 = 21;
const ASK_ELSEWHERE: u32 = 22;
const OUTCOME: u32 = 23;
const BODY: u32 = 24;
const FIRST: u32 = 100;

let surface: u32 = 0;
let timer: u32 = 0;
let socket: u32 = 0;
let http = "";
let websocket = "";
let message = "";
let sent: u32 = 0;
let received: u32 = 0;
let showsDigests = false;
let isClosed = false;
/** Calls that compute the digest of each message, in the order of the messages. */
const digests = new Array<u32>();

/** The entry symbol of the manifest. */
export function run(): void {
  const server = sectionRead("data/server", 0, 1024);
  if (server !== null) {
    const lines = textOf(server).split("\n");
    http = lines[0];
    if (lines.length > 1) websocket = lines[1];
  }
  const opened = uiSurfaceOpen("Within bounds");
  if (!opened.ok) return;
  surface = opened.surface;
  draw();
  uiInputOpen(surface);
  timer = timeTimerStart(SECOND, SECOND).timer;
  tell(LINK, "connecting …", "quiet");
  begun(netWebsocketOpenStart(websocket, new Array<Tlv>()), LINK);
}

function draw(): void {
  add(1, UiNodeKind.Text, 0, "A WebAssembly program out of a signed artifact. It reaches what you have allowed, and nothing else.");
  add(2, UiNodeKind.Row, 0, "");
  add(CLOCK, UiNodeKind.Text, 2, "Running for 0 s");
  set(CLOCK, UiAttribute.Tone, "quiet");
  add(LINK, UiNodeKind.Text, 2, "");

  heading(10, "Say something");
  add(20, UiNodeKind.Row, 0, "");
  add(INPUT, UiNodeKind.TextInput, 20, "");
  set(INPUT, UiAttribute.Label, "Message");
  set(INPUT, UiAttribute.Placeholder, "It comes back over a WebSocket");
  add(SEND, UiNodeKind.Button, 20, "Send");
  set(SEND, UiAttribute.Tone, "strong");
  add(PROGRESS, UiNodeKind.Progress, 0, "");
  set(PROGRESS, UiAttribute.Label, "0 of " + MOST.toString() + " messages");
  set(PROGRESS, UiAttribute.Maximum, MOST.toString());
  add(DIGESTS, UiNodeKind.Checkbox, 0, "Show the SHA-256 of each message");
  add(LIST, UiNodeKind.List, 0, "");
  set(LIST, UiAttribute.Label, "What came back");

  heading(30, "Fetch something");
  add(31, UiNodeKind.Row, 0, "");
  add(ASK, UiNodeKind.Button, 31, "From the server");
  add(ASK_ELSEWHERE, UiNodeKind.Button, 31, "From somewhere else");
  add(OUTCOME, UiNodeKind.Text, 0, "");
  add(BODY, UiNodeKind.Preformatted, 0, "");
  set(BODY, UiAttribute.Hidden, "true");
  uiFocusSet(surface, INPUT);
}

class Events extends GuestEvents {
  onTimeTimerFired(event: TimeTimerFired): void {
    uiTextSet(surface, CLOCK, "Running for " + event.count.toString() + " s");
  }

  onUiPressed(event: UiPressed): void {
    if (event.node == SEND) say();
    else if (event.node == ASK) fetch(http + "/hello");
    else if (event.node == ASK_ELSEWHERE) fetch(ELSEWHERE);
  }

  onUiChanged(event: UiChanged): void {
    if (event.node == INPUT) message = event.value;
    if (event.node == DIGESTS) show(event.value == "true");
  }

  onUiSubmitted(_event: UiSubmitted): void {
    say();
  }

  // Without these nothing is left to wait for, and the program is complete.
  onUiClosed(_event: UiClosed): void {
    isClosed = true;
    ioClose(timer);
    if (socket != 0) ioClose(socket);
  }

  onNetWebsocketOpenDone(_call: GuestEvent, reply: NetWebsocketOpenReply): void {
    if (!reply.ok) {
      tell(LINK, "no WebSocket: " + why(reply.status, reply.hostError), "bad");
      return;
    }
    socket = reply.socket;
    if (isClosed) {
      ioClose(socket);
      return;
    }
    tell(LINK, "WebSocket open", "good");
    netWebsocketReceiveStart(socket);
  }

  onNetWebsocketSendTextDone(call: GuestEvent): void {
    if (call.status != 0) tell(LINK, "not sent: " + why(call.status, call.hostError), "bad");
  }

  onNetWebsocketReceiveDone(_call: GuestEvent, reply: NetWebsocketReceiveReply): void {
    if (!reply.ok) return;
    if (reply.kind == 0) {
      tell(LINK, "WebSocket closed with " + reply.code.toString(), "warning");
      return;
    }
    echo(reply.data);
    netWebsocketReceiveStart(socket);
  }

  onCryptoDigestDone(call: GuestEvent, reply: CryptoDigestReply): void {
    const at = digests.indexOf(call.callId);
    if (at < 0 || !reply.ok) return;
    let hex = "";
    for (let byte = 0; byte < reply.digest.length; byte += 1) {
      const value = reply.digest[byte];
      hex += (value < 16 ? "0" : "") + value.toString(16);
    }
    uiTextSet(surface, FIRST + 3 * <u32>at + 2, hex);
  }

  onNetHttpRequestDone(_call: GuestEvent, reply: NetHttpRequestReply): void {
    if (!reply.ok) {
      refused(reply.status, reply.hostError);
      return;
    }
    tell(OUTCOME, "The server answered " + reply.httpStatus.toString() + ".", "good");
    uiTextSet(surface, BODY, textOf(reply.body));
    set(BODY, UiAttribute.Hidden, "false");
  }
}

const events = new Events();

export function fayger_alloc(length: u32): usize {
  return eventRoom(length);
}

export function fayger_on_event(pointer: usize, _length: u32): void {
  dispatch(pointer, events);
}

function say(): void {
  if (socket == 0 || message == "" || sent == MOST) return;
  sent += 1;
  begun(netWebsocketSendTextStart(socket, message), LINK);
  message = "";
  set(INPUT, UiAttribute.Value, "");
  if (sent == MOST) {
    set(INPUT, UiAttribute.Disabled, "true");
    set(SEND, UiAttribute.Disabled, "true");
  }
}

function echo(data: Uint8Array): void {
  const item = FIRST + 3 * received;
  received += 1;
  add(item, UiNodeKind.Item, LIST, "");
  add(item + 1, UiNodeKind.Text, item, textOf(data));
  add(item + 2, UiNodeKind.Preformatted, item, "");
  set(item + 2, UiAttribute.Label, "SHA-256");
  if (!showsDigests) set(item + 2, UiAttribute.Hidden, "true");
  set(PROGRESS, UiAttribute.Value, received.toString());
  set(PROGRESS, UiAttribute.Label, received.toString() + " of " + MOST.toString() + " messages");
  digests.push(cryptoDigestStart(CryptoAlgorithm.Sha256, data).callId);
}

function show(isWanted: bool): void {
  showsDigests = isWanted;
  for (let at: u32 = 0; at < received; at += 1) {
    set(FIRST + 3 * at + 2, UiAttribute.Hidden, isWanted ? "false" : "true");
  }
}

function fetch(url: string): void {
  set(BODY, UiAttribute.Hidden, "true");
  tell(OUTCOME, "Asking " + url + " …", "quiet");
  const call = netHttpRequestStart("GET", url, new Array<Tlv>(), new Uint8Array(0));
  if (!call.ok) refused(call.status, call.hostError);
}

function refused(status: Status, hostError: HostError): void {
  tell(OUTCOME, "Refused: " + why(status, hostError) + ".", "bad");
}

/** Say so where a call was not even begun. */
function begun(call: CallReply, node: u32): void {
  if (!call.ok) tell(node, why(call.status, call.hostError), "bad");
}

function why(status: i32, hostError: i32): string {
  return statusName(status) + ", " + hostErrorName(hostError);
}

function heading(node: u32, text: string): void {
  add(node, UiNodeKind.Heading, 0, text);
  set(node, UiAttribute.Level, "3");
}

function add(node: u32, kind: UiNodeKind, parent: u32, text: string): void {
  uiNodeCreate(surface, node, kind);
  if (text != "") uiTextSet(surface, node, text);
  uiNodePlace(surface, node, parent, 0);
}

function set(node: u32, attribute: UiAttribute, value: string): void {
  uiAttributeSet(surface, node, attribute, value);
}

function tell(node: u32, text: string, tone: string): void {
  uiTextSet(surface, node, text);
  set(node, UiAttribute.Tone, tone);
}
