import Boxes
import Detectors

/// Two boxes on a plane, and what every box loss makes of them.
package struct LabBoxes: Sendable {
  package enum Held: Hashable, Sendable {
    case predicted
    case gt
  }

  package enum Grip: Hashable, Sendable {
    case place
    case size
  }

  /// The plane in pixels.
  package let width: Int
  package let height: Int
  package private(set) var held = Held.predicted
  package private(set) var grip = Grip.place
  /// Which loss is drawn.
  package private(set) var chosen = 3
  package private(set) var comparison: BoxLossComparison
  private var convention = 0
  private var rate = 2
  private var example: Int?

  package static let rates = [0.005, 0.01, 0.02, 0.05, 0.1]
  private static let beta = 0.11

  init(pair: (box: Box, gt: Box)?, width: Int?, height: Int?) {
    // A plane of the picture, or one that holds the pair with room around it.
    let corners = pair.map { $0.box.corners + $0.gt.corners } ?? []
    let reach = Int(min(corners.max() ?? 0, 4000) * 1.2)
    self.width = width ?? max(120, reach)
    self.height = height ?? max(90, reach * 3 / 4)
    let first = Self.examples[0]
    example = pair == nil ? 0 : nil
    comparison = BoxLossComparison(pair?.box ?? first.box, pair?.gt ?? first.gt, losses: [])
    compute()
    chosen = losses.firstIndex { $0.kind == .giou } ?? 0
  }

  package var line: BoxLossComparison.Line { comparison.lines[chosen] }
  package var conventionName: String { OverlapConvention.named[convention].name }
  /// What the pair was made to show; empty once it was changed.
  package var exampleWords: String { example.map { Self.examples[$0].words } ?? "" }

  private var losses: [BoxLoss] {
    let convention = OverlapConvention.named[convention].convention
    let left: Set<String> = ["iou_square", "bounded_iou"]
    return BoxLoss.Kind.all(beta: Self.beta).filter { !left.contains($0.id) }.map { BoxLoss($0, as: convention) }
  }

  private mutating func compute() {
    comparison = BoxLossComparison(
      comparison.box, comparison.gt, losses: losses, rule: BoxDescent.Rule(rate: Self.rates[rate]))
  }

  private mutating func set(_ box: Box, _ gt: Box) {
    guard box != comparison.box || gt != comparison.gt else { return }
    comparison = BoxLossComparison(box, gt, losses: losses, rule: comparison.rule)
  }

  mutating func reduce(_ action: LabAction) {
    switch action {
    case .move(let direction): grip == .place ? move(direction) : resize(direction)
    case .resize(let direction): resize(direction)
    case .grip: grip = grip == .place ? .size : .place
    case .hold: held = held == .predicted ? .gt : .predicted
    case .choose(let count): chosen = Self.turned(chosen, by: count, of: comparison.lines.count)
    case .adjust(let count):
      rate = (rate + count.clamped(to: -9...9)).clamped(to: 0...Self.rates.count - 1)
      compute()
    case .turn:
      convention = Self.turned(convention, by: 1, of: OverlapConvention.named.count)
      compute()
    case .example(let count):
      let next = Self.turned(example ?? (count > 0 ? -1 : 0), by: count, of: Self.examples.count)
      example = next
      let pair = Self.examples[next]
      let factor = min(Double(width) / 120, Double(height) / 90)
      set(pair.box.scaled(by: factor), pair.gt.scaled(by: factor))
    case .page, .turnPage, .help, .close: break
    }
  }

  static func turned(_ index: Int, by count: Int, of total: Int) -> Int {
    guard total > 0 else { return 0 }
    let wanted = (index + count.clamped(to: -total...total)) % total
    return (wanted + total) % total
  }

  // MARK: Moving

  private mutating func move(_ direction: Action.Direction) {
    let (dx, dy) = direction.step
    let box = heldBox
    let x = min(max(box.x1 + dx, 0), max(0, Double(width) - box.width)) - box.x1
    let y = min(max(box.y1 + dy, 0), max(0, Double(height) - box.height)) - box.y1
    put(Box(box.x1 + x, box.y1 + y, box.x2 + x, box.y2 + y))
  }

  /// Moves the right and lower edges; a box keeps a pixel, and stays on the plane.
  private mutating func resize(_ direction: Action.Direction) {
    let (dx, dy) = direction.step
    let box = heldBox
    put(
      Box(
        box.x1, box.y1, max(box.x1 + 1, min(box.x2 + dx, max(box.x2, Double(width)))),
        max(box.y1 + 1, min(box.y2 + dy, max(box.y2, Double(height))))))
  }

  private var heldBox: Box { held == .predicted ? comparison.box : comparison.gt }

  private mutating func put(_ box: Box) {
    guard box != heldBox else { return }
    example = nil
    switch held {
    case .predicted: set(box, comparison.gt)
    case .gt: set(comparison.box, box)
    }
  }
}

extension LabBoxes {
  struct Example {
    let words: String
    let box: Box
    let gt: Box
  }

  /// Pairs that tell the losses apart, on a plane of 120×90.
  static let examples = [
    Example(words: "boxes that overlap", box: Box(18, 14, 62, 50), gt: Box(40, 26, 90, 74)),
    Example(words: "boxes apart: IoU is flat", box: Box(8, 8, 34, 30), gt: Box(66, 46, 108, 80)),
    Example(words: "one inside the other: GIoU is IoU", box: Box(50, 40, 70, 55), gt: Box(30, 20, 90, 75)),
    Example(
      words: "one centre, other shapes: only CIoU asks for the shape", box: Box(15, 40, 105, 52), gt: Box(45, 8, 75, 84)
    ),
    Example(words: "boxes that touch", box: Box(16, 20, 56, 60), gt: Box(56, 20, 100, 60)),
    Example(words: "nearly there: who ends best?", box: Box(33, 22, 85, 70), gt: Box(36, 24, 84, 72)),
    Example(words: "a small GT: a pixel is much", box: Box(50, 40, 58, 47), gt: Box(54, 43, 61, 51)),
  ]
}

extension Action.Direction {
  /// A pixel, y down.
  var step: (x: Double, y: Double) {
    switch self {
    case .left: (-1, 0)
    case .right: (1, 0)
    case .up: (0, -1)
    case .down: (0, 1)
    }
  }
}
