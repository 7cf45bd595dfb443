import Boxes
import Detectors
import Debugger
import Scenes
import Traces

extension State {
  mutating func reduce(_ edit: Edit) {
    guard let trace, setup != nil, detectorType != nil else { return notice("Wait for the first iteration.") }
    switch edit {
    case .toggle:
      isEditing.toggle()
      if isEditing, selection.gt == nil, !scene.groundTruth.isEmpty { selectGT(0) }
      if isEditing { (focus, zoomed) = (.picture, zoomed == nil ? nil : .picture) }
      if isEditing, takesTurns { front = .picture }
    case .move(let x, let y):
      moveBox(gesture: { .moving(gt: $0) }) { Box($0.x1 + x, $0.y1 + y, $0.x2 + x, $0.y2 + y) }
    case .size(let width, let height):
      moveBox(gesture: { .sizing(gt: $0) }) { Box($0.x1, $0.y1, $0.x2 + width, $0.y2 + height) }
    case .add: addObject()
    case .delete: deleteObject()
    case .nextClass(let count): changeClass(by: count)
    case .ignore: ignoreObject()
    case .snap: snap(in: trace)
    case .box(let gt, let corners): setBox(gt, corners)
    case .label(let gt, let label):
      changeObject(gt, "gt \(gt) is now \(className(label))") { $0.label = label }
    case .set(let parameter, let text): set(parameter, text)
    case .mistake(let name): switchMistake(name)
    case .reset(let parameter):
      guard let standard = detectorType?.parameters.first(where: { $0.name == parameter })?.standard else { return }
      set(parameter, standard.text)
    case .predict(let name, let row, let column, let value): predict(name, row, column, value)
    case .clearPredictions: change("predictions as the network makes them") { $0.edits = [] }
    case .addClass(let name): addClass(name)
    case .apply(let setup, let words): change(words) { $0 = setup }
    case .resetAll:
      guard let opened else { return }
      change("everything as it was opened") { $0 = opened }
    }
  }

  // MARK: Objects

  /// Where a GT is among all objects, ignored ones too.
  func objectIndex(ofGT gt: Int) -> Int? {
    let indices = scene.objects.indices.filter { !scene.objects[$0].ignored }
    return indices.indices.contains(gt) ? indices[gt] : nil
  }

  private mutating func moveBox(gesture: (Int) -> Gesture, _ change: (Box) -> Box) {
    guard let gt = selection.gt, scene.groundTruth.indices.contains(gt) else {
      return notice("Select a GT first: g, a number, or Enter on the picture.")
    }
    let box = kept(change(scene.groundTruth[gt].box), was: scene.groundTruth[gt].box)
    changeObject(gt, "gt \(gt) moved to \(Self.words(box))", gesture: gesture(gt)) { $0.box = box }
  }

  /// Inside the picture, at least a pixel wide and high. A box that moves keeps its size.
  func kept(_ box: Box, was old: Box) -> Box {
    let (width, height) = (Double(scene.width), Double(scene.height))
    guard box.isFinite else { return old }
    let w = min(max(box.width, 1), width)
    let h = min(max(box.height, 1), height)
    let x = min(max(box.x1, 0), width - w)
    let y = min(max(box.y1, 0), height - h)
    let isMoved = box.width == old.width && box.height == old.height
    if isMoved { return Box(x, y, x + w, y + h) }
    // The edge that was taken stops at the picture's.
    let clipped = box.clipped(width: width, height: height)
    return Box(
      min(clipped.x1, width - 1), min(clipped.y1, height - 1), max(clipped.x2, min(clipped.x1, width - 1) + 1),
      max(clipped.y2, min(clipped.y1, height - 1) + 1))
  }

  static func words(_ box: Box) -> String { box.corners.map { Number.text($0, digits: 4) }.joined(separator: ", ") }

  mutating func changeObject(
    _ gt: Int, _ words: String, gesture: Gesture? = nil, _ change: (inout SceneObject) -> Void
  ) {
    guard let index = objectIndex(ofGT: gt) else { return notice("There is no gt \(gt).") }
    self.change(words, gesture: gesture) { change(&$0.scene.objects[index]) }
  }

  private mutating func setBox(_ gt: Int, _ corners: [Double]) {
    guard corners.count == 4, corners.allSatisfy(\.isFinite), corners[0] < corners[2], corners[1] < corners[3],
      scene.groundTruth.indices.contains(gt)
    else { return notice("A box is x1 y1 x2 y2 with x1 < x2 and y1 < y2, of a GT that there is.") }
    let wanted = Box(corners[0], corners[1], corners[2], corners[3])
    let box = kept(wanted, was: scene.groundTruth[gt].box)
    changeObject(gt, "gt \(gt) moved to \(Self.words(box))") { $0.box = box }
  }

  private mutating func addObject() {
    let side = Double(min(scene.width, scene.height)) / 4
    let box = Box(centerX: selection.x.rounded(), centerY: selection.y.rounded(), width: side, height: side)
    let inside = kept(box, was: box)
    let label = selection.gt.flatMap { scene.groundTruth.indices.contains($0) ? scene.groundTruth[$0].label : nil } ?? 0
    guard scene.classes.indices.contains(label) else {
      return notice("The scene has no classes: :class NAME adds one.")
    }
    let gt = scene.groundTruth.count
    change("gt \(gt), a \(className(label)), added") {
      $0.scene.objects.append(SceneObject(label: label, box: inside))
    }
    changeSelection {
      $0.gt = gt
      $0.subject = .gt
    }
  }

  private mutating func deleteObject() {
    guard let gt = selection.gt, let index = objectIndex(ofGT: gt) else { return notice("Select a GT first.") }
    change("gt \(gt) deleted") { $0.scene.objects.remove(at: index) }
    clampGT()
  }

  private mutating func changeClass(by count: Int) {
    let classes = scene.classes.count
    guard let gt = selection.gt, scene.groundTruth.indices.contains(gt), classes > 0 else {
      return notice("Select a GT first.")
    }
    guard classes > 1 else { return notice("The scene has one class: :class NAME adds another.") }
    let label = ((scene.groundTruth[gt].label + count.clamped(to: -classes...classes)) % classes + classes) % classes
    changeObject(gt, "gt \(gt) is now \(className(label))") { $0.label = label }
  }

  private mutating func ignoreObject() {
    guard let gt = selection.gt, let index = objectIndex(ofGT: gt) else {
      return recoverIgnored()
    }
    change("gt \(gt) is to be ignored") { $0.scene.objects[index].ignored = true }
    clampGT()
  }

  /// Without a GT selected, the last ignored object becomes one again.
  private mutating func recoverIgnored() {
    guard let index = scene.objects.lastIndex(where: \.ignored) else { return notice("Select a GT first.") }
    change("an ignored object is a GT again") { $0.scene.objects[index].ignored = false }
  }

  private mutating func snap(in trace: Trace) {
    guard let gt = selection.gt, scene.groundTruth.indices.contains(gt) else { return notice("Select a GT first.") }
    guard let prior, let corners = trace["anchors.boxes"]?.row(prior), corners.count == 4 else {
      return notice("There is no anchor here to snap to.")
    }
    let box = Box(corners[0], corners[1], corners[2], corners[3])
    setBox(gt, box.clipped(width: Double(scene.width), height: Double(scene.height)).corners)
  }

  private mutating func clampGT() {
    let count = scene.groundTruth.count
    changeSelection {
      if let gt = $0.gt, gt >= count { $0.gt = count > 0 ? count - 1 : nil }
      if $0.gt == nil { $0.subject = .prior }
    }
  }

  private func className(_ label: Int) -> String {
    scene.classes.indices.contains(label) ? scene.classes[label] : "class \(label)"
  }

  private mutating func addClass(_ name: String) {
    let name = name.trimmed
    guard !name.isEmpty, name.count <= 64 else { return notice("A class has a name of 1 to 64 characters.") }
    guard !scene.classes.contains(name) else { return notice("There is a class \(name) already.") }
    change("class \(name) added: the network begins anew, as it has another output") { $0.scene.classes.append(name) }
  }

  // MARK: Settings and predictions

  private mutating func set(_ parameter: String, _ text: String) {
    guard let detectorType, let setup else { return }
    let assignment = Assignment(name: parameter, written: .text(text), place: Fault.Place(parameter))
    do throws(Fault) {
      let settings = try setup.settings.assigning(assignment, for: detectorType)
      let before = setup.settings.texts(for: detectorType).first { $0.name == parameter }?.text ?? ""
      let after = settings.texts(for: detectorType).first { $0.name == parameter }?.text ?? ""
      change("\(parameter) \(before) → \(after)", gesture: .sliding(parameter: parameter)) { $0.settings = settings }
    } catch {
      message = Message(.fault, "\(error)")
    }
  }

  private mutating func switchMistake(_ name: String) {
    guard let detectorType, let setup, let mistake = detectorType.mistakes.first(where: { $0.name == name }) else {
      return
    }
    guard let settings = mistake.switched(in: setup.settings, of: detectorType) else {
      return notice("\(mistake.text(in: setup.settings)) does not fit the other parameters.")
    }
    let isMade = mistake.isMade(in: setup.settings, of: detectorType)
    change("\(isMade ? "mended" : "mistake"): \(name)") { $0.settings = settings }
  }

  private mutating func predict(_ name: String, _ row: Int, _ column: Int, _ value: Double) {
    guard value.isFinite, abs(value) <= 1e6 else { return notice("A prediction is a number from −1e6 to 1e6.") }
    let edit = PredictionEdit(name, row: row, column: column, to: Float(value))
    change("\(name)[\(row), \(column)] set to \(Number.text(value))") { setup in
      setup.edits.removeAll { $0.prediction == name && $0.row == row && $0.column == column }
      setup.edits.append(edit)
    }
  }
}
