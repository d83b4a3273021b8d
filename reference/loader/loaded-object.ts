import type { Manifest } from "../../generated/codecs/manifest.js";
import type { SectionIndex } from "../../generated/codecs/section-index.js";
import { LoaderPhase } from "../../generated/enums/loader-phase.js";
import type { TrustLevel } from "../../generated/enums/trust-level.js";
import type { BufObject, LoadStrategy, SelectionReport } from "../contracts/buf-object.js";
import type { LoadContext, SelectedArtifact } from "./phases/load-context.js";
import type { SectionStore } from "./section-store.js";
import { reportOf, type Selection } from "./selection.js";

/** What a load gives back. */
export class LoadedObject implements BufObject {
  /** @spec manifest.annotations: handed on, and read by nobody on the way. */
  readonly manifest: Manifest;
  readonly manifestDigest: Uint8Array;
  readonly index: SectionIndex;
  readonly trust: TrustLevel;
  readonly strategy: LoadStrategy;
  readonly sections: SectionStore;
  readonly #reader: LoadContext["reader"];
  readonly #selection: Selection;
  #report: SelectionReport | undefined;

  constructor({ load, reader }: LoadContext, artifact: SelectedArtifact, sections: SectionStore) {
    this.manifest = artifact.manifest;
    this.manifestDigest = artifact.manifestDigest;
    this.index = artifact.index;
    this.trust = artifact.trust;
    this.strategy = load.strategy ?? "lazy";
    this.sections = sections;
    this.#reader = reader;
    this.#selection = artifact.selection;
  }

  /** Made when somebody first asks: on the way to a first section nobody does, and the names of all sections are many. */
  get selection(): SelectionReport {
    this.#report ??= reportOf(this.index, this.#selection);
    return this.#report;
  }

  async close(): Promise<void> {
    this.sections.close();
    await this.#reader.close(LoaderPhase.ReadSections);
  }
}
