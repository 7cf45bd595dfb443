import Boxes
import Traces

extension State {
  /// What a key is for: the lab's while it is open, the prompt's or the panel's, else the debugger's.
  package func action(for key: Key) -> Action? {
    if case .resize(let size) = key { return .resized(size) }
    if lab != nil { return LabAction.action(for: key).map(Action.lab) }
    if case .mouse(let mouse) = key { return .mouse(mouse) }
    if let command = narrationCommand(for: key) { return .lesson(command) }
    if prompt != nil { return Prompt.Key(key).map(Action.prompt) }
    if panel != nil, !showsHelp, let key = Panel.Key(key) { return .panel(key) }
    if isEditing, !showsHelp, let edit = Edit(key) { return .edit(edit) }
    return keymap.action(for: key)
  }

  /// With the GT shown and the box predicted for it, or the anchor that stands for that, and this moment's anchors.
  mutating func openLab() {
    lab = LabState(pair: labPair, trace: trace, appearance: appearance)
  }

  mutating func reduceLab(_ action: LabAction) {
    lab = lab?.reduce(action)
    if lab?.isClosed == true { lab = nil }
  }

  private var labPair: (box: Box, gt: Box)? {
    guard let scope = Scope(self), let gt = scope.gt, scene.groundTruth.indices.contains(gt),
      let corners = scope.box("decoded.boxes", scope.prior) ?? scope.box("anchors.boxes", scope.prior)
    else { return nil }
    let (box, object) = (Box(corners[0], corners[1], corners[2], corners[3]), scene.groundTruth[gt].box)
    return object.isFinite && object.width > 0 && object.height > 0 ? (box, object) : nil
  }
}
