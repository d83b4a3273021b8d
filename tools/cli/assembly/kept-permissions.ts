import { dirname } from "node:path";
import type { BufObject } from "../../../reference/node.js";
import { UsageError } from "../command.js";
import { makeFolder, permissionsPath, readOptionalInput } from "../files.js";
import { hex } from "../output/terminal.js";
import { changeAlone, replaceFile } from "../replace-file.js";

/** Permissions of one artifact, or of all that one key signed under one name. */
interface Kept {
  /** Name of the artifact, for people who look into the file. */
  readonly name: string;
  readonly permissions: readonly string[];
}

/** The file: {@link Kept} by what it is about. */
type Document = Readonly<Record<string, Kept>>;

/**
 * The persistent permissions that a person gave in earlier runs, in a file that this user alone reads.
 *
 * @spec tools.run.assembly.permissions
 */
export class KeptPermissions {
  readonly #path = permissionsPath();
  readonly #subject: string;
  readonly #name: string;

  /** @param keyId of the trusted key that signed the artifact, in hexadecimal; `undefined` where none did */
  constructor({ manifest, manifestDigest, trust }: BufObject, keyId: string | undefined) {
    this.#name = manifest.name;
    // What nobody vouches for can be changed by anybody: another artifact of this name gets nothing that this one got.
    this.#subject =
      trust === "verified" && keyId !== undefined
        ? `signed by ${keyId}: ${manifest.name}`
        : `digest ${hex(manifestDigest)}`;
  }

  /** Those that were given. @throws UsageError where the file is none; FaygerError `HOST_ERROR` */
  read(): readonly string[] {
    return this.#document().document[this.#subject]?.permissions ?? [];
  }

  /** Keep one more. @throws UsageError where the file is none, or was changed meanwhile; FaygerError `HOST_ERROR` */
  keep(permission: string): void {
    this.#write(({ permissions = [] }) => [...new Set([...permissions, permission])].sort());
  }

  /** Forget all of them. @returns how many there were @throws as {@link KeptPermissions.keep} */
  forget(): number {
    const { length } = this.read();
    if (length > 0) this.#write(() => []);
    return length;
  }

  #write(change: (kept: Partial<Kept>) => readonly string[]): void {
    changeAlone(() => this.#replace(change));
  }

  #replace(change: (kept: Partial<Kept>) => readonly string[]): void {
    const { document, bytes } = this.#document();
    const permissions = change(document[this.#subject] ?? {});
    const { [this.#subject]: _, ...others } = document;
    const changed =
      permissions.length === 0 ? others : { ...others, [this.#subject]: { name: this.#name, permissions } };
    makeFolder(dirname(this.#path));
    replaceFile(this.#path, `${JSON.stringify(changed, undefined, 2)}\n`, {
      mode: 0o600,
      keepsMode: false,
      expected: bytes ?? null,
    });
  }

  #document(): { readonly document: Document; readonly bytes: Uint8Array | undefined } {
    const bytes = readOptionalInput(this.#path);
    if (bytes === undefined) return { document: {}, bytes };
    const document = parsed(bytes);
    if (!isDocument(document))
      throw new UsageError(
        `${this.#path}: expected permissions that \`fayger run\` kept; remove the file to forget them all`,
      );
    return { document, bytes };
  }
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function isDocument(value: unknown): value is Document {
  return isObject(value) && Object.values(value).every((kept) => isObject(kept) && isTexts(kept["permissions"]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((text) => typeof text === "string");
}
