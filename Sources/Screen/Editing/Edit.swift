import Debugger
import Detectors
import Scenes
import Traces

/// A change to what the iteration is done under.
package enum Edit: Hashable, Sendable {
  /// Keys of the cursor edit boxes, or move the cursor again.
  case toggle
  /// Moves the selected GT by so many pixels.
  case move(x: Double, y: Double)
  /// Moves its right and lower edges.
  case size(width: Double, height: Double)
  /// An object where the cursor is.
  case add
  case delete
  /// To the next class, or so many on.
  case nextClass(Int)
  /// An object to be ignored, or one to be found again.
  case ignore
  /// The box of the anchor under the cursor becomes the GT's.
  case snap
  /// A GT's box: x1, y1, x2, y2 in pixels.
  case box(gt: Int, [Double])
  case label(gt: Int, Int)
  case set(parameter: String, text: String)
  /// Makes a classic mistake by its name, or mends it.
  case mistake(String)
  /// A parameter back at its default.
  case reset(parameter: String)
  /// A number of one prediction.
  case predict(name: String, row: Int, column: Int, value: Double)
  /// No prediction is set by hand any more.
  case clearPredictions
  case addClass(String)
  case apply(Setup, words: String)
  /// Everything as it was opened.
  case resetAll
}

/// Edits that belong together are taken back together.
enum Gesture: Hashable {
  case moving(gt: Int)
  case sizing(gt: Int)
  case sliding(parameter: String)
  case dragging(Int)
}

/// A place in the past of the edits.
struct EditRecord: Sendable {
  let timeline: Timeline
  let words: String
  /// The iteration that was shown.
  let iteration: Int
}

extension Edit {
  /// What a key does to boxes while they are edited; nil for the keys that do as always.
  init?(_ key: Key) {
    switch key {
    case .left, .character("h"): self = .move(x: -1, y: 0)
    case .right, .character("l"): self = .move(x: 1, y: 0)
    case .up, .character("k"): self = .move(x: 0, y: -1)
    case .down, .character("j"): self = .move(x: 0, y: 1)
    case .character("H"): self = .size(width: -1, height: 0)
    case .character("L"): self = .size(width: 1, height: 0)
    case .character("K"): self = .size(width: 0, height: -1)
    case .character("J"): self = .size(width: 0, height: 1)
    case .character("+"), .insert: self = .add
    case .delete, .character("d"): self = .delete
    case .character("c"): self = .nextClass(1)
    case .character("C"): self = .nextClass(-1)
    case .character("i"): self = .ignore
    case .character("S"): self = .snap
    default: return nil
    }
  }

  /// The keys, for the last line.
  static let hints: [KeyBinding.Hint] = [
    .init("←↓↑→", "move"), .init("HJKL", "size"), .init("+", "add"), .init("d", "delete"), .init("c", "class"),
    .init("i", "ignore"), .init("S", "snap to anchor"), .init("g", "next GT"), .init("u", "undo"), .init("e", "done"),
  ]
}
