// The guest of the example `tasks`, in AssemblyScript: a list of things to do. It draws the portable tree and does not know
// whether that becomes elements of a page or characters of a terminal. Everything after its entry happens in events; it
// ends when the person closes it, because nothing can raise an event any more.

import {
  abortInstance,
  dispatch,
  eventRoom,
  GuestEvents,
  ioClose,
  Reply,
  uiAttributeSet,
  UiAttribute,
  UiChanged,
  uiFocusSet,
  uiInputOpen,
  UiKeyPressed,
  uiNodeCreate,
  UiNodeKind,
  uiNodePlace,
  uiNodeRemove,
  UiPressed,
  UiSubmitted,
  uiSurfaceOpen,
  uiTextSet,
} from "../../../../generated/guest/assemblyscript/fayger";

/** The root of a surface, and "behind the last" where a sibling is asked for. */
const ROOT: u32 = 0;
const LAST: u32 = 0;

class Task {
  /** The item in the list; what it holds goes with it. */
  item: u32 = 0;
  checkbox: u32 = 0;
  done: bool = false;
}

let surface: u32 = 0;
let listener: u32 = 0;
/** The number that the next node gets. */
let nextNode: u32 = 1;
let tasks: Task[] = [];
/** What the person has written and not added yet. */
let written: string = "";

let entry: u32 = 0;
let add: u32 = 0;
let list: u32 = 0;
let empty: u32 = 0;
let progress: u32 = 0;
let summary: u32 = 0;
let clear: u32 = 0;

/** The entry symbol of the manifest. */
export function run(): void {
  const opened = uiSurfaceOpen("Tasks");
  check(opened);
  surface = opened.surface;

  const line = create(UiNodeKind.Row, ROOT);
  entry = create(UiNodeKind.TextInput, line);
  set(entry, UiAttribute.Label, "New task");
  set(entry, UiAttribute.Placeholder, "What is to be done?");
  add = create(UiNodeKind.Button, line, "Add");

  create(UiNodeKind.Heading, ROOT, "To do");
  empty = create(UiNodeKind.Text, ROOT, "Nothing. Enjoy the day.");
  set(empty, UiAttribute.Tone, "good");
  list = create(UiNodeKind.List, ROOT);
  set(list, UiAttribute.Label, "Tasks");

  create(UiNodeKind.Rule, ROOT);
  progress = create(UiNodeKind.Progress, ROOT);
  set(progress, UiAttribute.Label, "Done");
  const foot = create(UiNodeKind.Row, ROOT);
  clear = create(UiNodeKind.Button, foot, "Clear done");
  summary = create(UiNodeKind.Text, foot);
  set(summary, UiAttribute.Tone, "quiet");

  addTask("Read the chapter on the portable tree");
  addTask("Run this in a terminal and in a browser");
  addTask("Write a program of my own");
  showCounts();

  const input = uiInputOpen(surface);
  check(input);
  listener = input.input;
  check(uiFocusSet(surface, entry));
}

class Events extends GuestEvents {
  onUiChanged(event: UiChanged): void {
    if (event.node == entry) {
      written = event.value;
      showCounts();
      return;
    }
    for (let index = 0; index < tasks.length; index += 1) {
      const task = tasks[index];
      if (task.checkbox != event.node) continue;
      task.done = event.value == "true";
      set(task.checkbox, UiAttribute.Tone, task.done ? "quiet" : "plain");
    }
    showCounts();
  }

  onUiSubmitted(event: UiSubmitted): void {
    if (event.node == entry) addWritten(event.value);
  }

  onUiPressed(event: UiPressed): void {
    if (event.node == add) addWritten(written);
    else if (event.node == clear) clearDone();
  }

  onUiKeyPressed(event: UiKeyPressed): void {
    if (event.key != "Escape") return;
    // Without a surface nothing is left that could happen, and the program is complete.
    ioClose(listener);
    ioClose(surface);
  }
}

const events = new Events();

export function fayger_alloc(length: u32): usize {
  return eventRoom(length);
}

export function fayger_on_event(pointer: usize, _length: u32): void {
  dispatch(pointer, events);
}

function addWritten(text: string): void {
  const what = text.trim();
  if (what != "") addTask(what);
  written = "";
  set(entry, UiAttribute.Value, "");
  uiFocusSet(surface, entry);
  showCounts();
}

function addTask(what: string): void {
  const task = new Task();
  task.item = create(UiNodeKind.Item, list);
  task.checkbox = create(UiNodeKind.Checkbox, task.item, what);
  tasks.push(task);
}

function clearDone(): void {
  const left: Task[] = [];
  for (let index = 0; index < tasks.length; index += 1) {
    const task = tasks[index];
    if (task.done) check(uiNodeRemove(surface, task.item));
    else left.push(task);
  }
  tasks = left;
  showCounts();
}

/** What depends on how many tasks there are, and how many of them are done. */
function showCounts(): void {
  let done = 0;
  for (let index = 0; index < tasks.length; index += 1) if (tasks[index].done) done += 1;
  set(progress, UiAttribute.Maximum, max(tasks.length, 1).toString());
  set(progress, UiAttribute.Value, done.toString());
  set(progress, UiAttribute.Hidden, (tasks.length == 0).toString());
  set(empty, UiAttribute.Hidden, (tasks.length > 0).toString());
  set(clear, UiAttribute.Disabled, (done == 0).toString());
  set(add, UiAttribute.Disabled, (written.trim() == "").toString());
  check(uiTextSet(surface, summary, done.toString() + " of " + tasks.length.toString() + " done"));
}

/** A node at the end of a parent. */
function create(kind: UiNodeKind, parent: u32, text: string = ""): u32 {
  const node = nextNode;
  nextNode += 1;
  check(uiNodeCreate(surface, node, kind));
  if (text != "") check(uiTextSet(surface, node, text));
  check(uiNodePlace(surface, node, parent, LAST));
  return node;
}

function set(node: u32, attribute: UiAttribute, value: string): void {
  check(uiAttributeSet(surface, node, attribute, value));
}

/** What this program asks for is right; a refusal is a failure of the host, and so of the program. */
function check(reply: Reply): void {
  if (!reply.ok) abortInstance();
}
