import Boxes
import Traces

extension State {
  /// What a key is for: the lab's while it is open, else the debugger's.
  package func action(for key: Key) -> Action? {
    lab == nil ? KeyBinding.action(for: key) : LabAction.action(for: key).map(Action.lab)
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
