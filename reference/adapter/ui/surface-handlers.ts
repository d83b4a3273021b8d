import {
  readUiAttributeRemoveOperands,
  readUiAttributeSetOperands,
  readUiFocusSetOperands,
  readUiInputOpenOperands,
  readUiNodeCreateOperands,
  readUiNodePlaceOperands,
  readUiNodeRemoveOperands,
  readUiSurfaceOpenOperands,
  readUiTextSetOperands,
  uiInputOpenResults,
  uiSurfaceOpenResults,
} from "../../../generated/instructions/ui.js";
import type { InstanceBinding } from "../../contracts/platform-adapter.js";
import type { InstructionHandler } from "../handler-adapter.js";
import { HostFailure } from "../host-failure.js";
import { InputSource } from "./input-source.js";
import { Surface } from "./surface.js";
import type { SurfaceServices } from "./surface-view.js";

/** Open an empty surface. */
const surfaceOpen: InstructionHandler<SurfaceServices> = {
  instruction: "ui.surface_open",
  translate: (operands, binding, { surfaces }) => {
    const { title } = readUiSurfaceOpenOperands(operands);
    return () => {
      const surface = new Surface(title, binding, surfaces);
      return uiSurfaceOpenResults(binding.openHandle("surface", surface, () => surface.release()));
    };
  },
};

const nodeCreate: InstructionHandler<SurfaceServices> = {
  instruction: "ui.node_create",
  translate: (operands, binding) => {
    const { surface, node, kind } = readUiNodeCreateOperands(operands);
    return change(binding, surface, (target) => {
      const created = target.tree.create(node, kind);
      target.show((view) => view.created(created));
    });
  },
};

const nodePlace: InstructionHandler<SurfaceServices> = {
  instruction: "ui.node_place",
  translate: (operands, binding) => {
    const { surface, node, parent, before } = readUiNodePlaceOperands(operands);
    return change(binding, surface, (target) => {
      const placement = target.tree.place(node, parent, before);
      target.show((view) => view.placed(placement.node, placement.parent, placement.before));
    });
  },
};

const nodeRemove: InstructionHandler<SurfaceServices> = {
  instruction: "ui.node_remove",
  translate: (operands, binding) => {
    const { surface, node } = readUiNodeRemoveOperands(operands);
    return change(binding, surface, (target) => {
      const removed = target.tree.remove(node);
      target.show((view) => view.removed(removed));
    });
  },
};

const textSet: InstructionHandler<SurfaceServices> = {
  instruction: "ui.text_set",
  translate: (operands, binding) => {
    const { surface, node, text } = readUiTextSetOperands(operands);
    return change(binding, surface, (target) => {
      const changed = target.tree.setText(node, text);
      target.show((view) => view.textChanged(changed));
    });
  },
};

const attributeSet: InstructionHandler<SurfaceServices> = {
  instruction: "ui.attribute_set",
  translate: (operands, binding) => {
    const { surface, node, attribute, value } = readUiAttributeSetOperands(operands);
    return change(binding, surface, (target) => {
      const changed = target.tree.setAttribute(node, attribute, value);
      target.show((view) => view.attributeChanged(changed.node, changed.attribute));
    });
  },
};

const attributeRemove: InstructionHandler<SurfaceServices> = {
  instruction: "ui.attribute_remove",
  translate: (operands, binding) => {
    const { surface, node, attribute } = readUiAttributeRemoveOperands(operands);
    return change(binding, surface, (target) => {
      const changed = target.tree.removeAttribute(node, attribute);
      target.show((view) => view.attributeChanged(changed.node, changed.attribute));
    });
  },
};

const focusSet: InstructionHandler<SurfaceServices> = {
  instruction: "ui.focus_set",
  translate: (operands, binding) => {
    const { surface, node } = readUiFocusSetOperands(operands);
    return change(binding, surface, (target) => {
      const focused = target.tree.focus(node);
      target.show((view) => view.focused(focused));
    });
  },
};

/** Hear what a person does on a surface or a screen. It needs nothing of the host but what it is opened on. */
export const inputOpenHandler: InstructionHandler<unknown> = {
  instruction: "ui.input_open",
  translate: (operands, binding) => {
    const { surface } = readUiInputOpenOperands(operands);
    const source = binding.resource(surface, "surface") ?? binding.resource(surface, "screen");
    if (!(source instanceof InputSource)) throw new HostFailure("bad_handle");
    return () => uiInputOpenResults(source.openInput());
  },
};

/** The instructions of `ui.dom`, for every host with a {@link SurfaceServices}. In the order of the table. */
export const surfaceHandlers: readonly InstructionHandler<SurfaceServices>[] = [
  surfaceOpen,
  nodeCreate,
  nodePlace,
  nodeRemove,
  textSet,
  attributeSet,
  attributeRemove,
  focusSet,
];

function change(binding: InstanceBinding, handle: number, make: (surface: Surface) => void): () => readonly [] {
  const surface = binding.resource(handle, "surface");
  // @spec instructions.handles.closed: found before there is a host call.
  if (!(surface instanceof Surface)) throw new HostFailure("bad_handle");
  return () => {
    make(surface);
    return [];
  };
}
