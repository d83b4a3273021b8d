import { type Command, type Invocation, UsageError } from "../command.js";
import { KEY_FILE_OPTIONS } from "../keys.js";
import { changeAlone } from "../replace-file.js";
import { addKey, removeKey, revokeKey, updateStore } from "../trust/edit.js";
import { listKeys, showKey } from "../trust/show.js";
import { openStore, type StoreFile } from "../trust/store-file.js";

type Action = (invocation: Invocation, file: StoreFile, argument: string | undefined) => number;

interface ActionSpec {
  readonly run: Action;
  /** Options that mean something with this action, beside `store`. */
  readonly options: readonly string[];
  /** Whether it makes the trust store where there is none. */
  readonly makes?: true;
  /** Whether nothing stands behind it. */
  readonly alone?: true;
}

const ACTIONS: Readonly<Record<string, ActionSpec>> = {
  list: { run: listKeys, options: ["name"], alone: true },
  show: { run: showKey, options: ["name"] },
  add: {
    run: addKey,
    options: ["label", "scope", "not-before", "not-after", ...Object.keys(KEY_FILE_OPTIONS)],
    makes: true,
  },
  revoke: { run: revokeKey, options: ["at"] },
  remove: { run: removeKey, options: [] },
  update: { run: updateStore, options: [], makes: true },
};

/** Options of all actions; one that another action would ignore is refused. */
const ACTION_OPTIONS = [...new Set(Object.values(ACTIONS).flatMap(({ options }) => options))];

/** `fayger trust`: whose artifacts this machine believes. @spec trust-store.update */
export const trust: Command = {
  name: "trust",
  summary: "whose artifacts this machine believes",
  usage: [
    "trust list [--name NAME]",
    "trust show KEYID",
    "trust add KEY.pub [--label TEXT] [--scope GLOB] [--not-before DATE] [--not-after DATE]",
    "trust revoke KEYID [--at DATE]",
    "trust remove KEYID",
    "trust update STORE.cbor",
  ],
  description:
    "The trust store is one file of deterministic CBOR. Every change makes a new version of it; an older version is never\ntaken back, so that a revoked key stays revoked. A KEYID may be shortened to its first 8 digits or more.\n\nKEY.pub may be PEM, DER, JWK, a line of OpenSSH, or the raw bytes of the key. Adding a key that is there changes the\nlimits you name and leaves the others. To replace a key, add its successor and give the old one a --not-after; revoke\nthe old one when nothing signed with it is in use.\n\nA DATE is a day such as 2026-01-31, which begins at midnight UTC, or a time such as 2026-01-31T12:00:00+01:00.",
  options: {
    store: {
      type: "string",
      value: "FILE",
      help: "trust store; else FAYGER_TRUST_STORE, else your configuration folder",
    },
    label: { type: "string", value: "TEXT", help: "with add: a name for people" },
    scope: {
      type: "string",
      value: "GLOB",
      multiple: true,
      help: "with add: artifact names the key may sign; * within a segment, ** any",
    },
    "not-before": { type: "string", value: "DATE", help: "with add: first moment of the validity" },
    "not-after": { type: "string", value: "DATE", help: "with add: first moment after the validity" },
    at: { type: "string", value: "DATE", help: "with revoke: from when on the key is refused; now where not given" },
    name: { type: "string", value: "NAME", help: "with list, show: judge an artifact of this name" },
    ...KEY_FILE_OPTIONS,
  },
  examples: [
    ["trust list", "the keys, and which of them are believed now"],
    ["trust add author.pem.pub --label 'Ada' --scope 'ada/**'", "believe Ada for artifacts below ada/"],
    ["trust add author.pem.pub --not-after 2027-01-01", "an end to it, everything else as before"],
    ["trust revoke 3f9ac2d1", "from now on refuse the key whose id begins so"],
    ["trust update /mnt/policy/trust.cbor", "install a newer store made elsewhere"],
  ],
  async run(invocation) {
    const [name, argument, ...rest] = invocation.positionals;
    if (rest.length > 0) throw new UsageError(`found \`${rest[0]}\` where nothing was expected`);
    const action = name !== undefined && Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (action === undefined) {
      const found = name === undefined ? "" : `, found \`${name}\``;
      throw new UsageError(`expected ${Object.keys(ACTIONS).join(", ")}${found}`);
    }
    const stray = ACTION_OPTIONS.find((option) => !action.options.includes(option) && isGiven(invocation, option));
    if (stray !== undefined) throw new UsageError(`--${stray} means nothing with trust ${name}`);
    if (action.alone === true && argument !== undefined)
      throw new UsageError(`found \`${argument}\` where nothing was expected`);
    const { run, makes = false } = action;
    return changeAlone(() => run(invocation, openStore(invocation.text("store"), makes), argument));
  },
};

function isGiven(invocation: Invocation, option: string): boolean {
  return invocation.text(option) !== undefined || invocation.texts(option).length > 0;
}
