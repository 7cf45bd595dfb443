import Traces

/// What happened, or what the user wants: keys, walkthroughs and tests all speak in these.
package enum Action: Sendable {
  // Time.
  case next
  case back
  /// To the first part of the step: a level, or a GT.
  case into
  case out
  case first
  case last
  case nextIteration
  case previousIteration
  case train(iterations: Int)
  /// Stops the work in progress; without any, closes what is open, or lets go of the selected GT.
  case cancel

  // The cursor.
  case move(Direction)
  /// Coarser or finer by so many levels.
  case level(Int)
  /// Through the anchors of the cell.
  case anchor(Int)
  /// Through the GTs.
  case gt(Int)
  case select(Element)
  /// Selects what the row under the cursor is about.
  case follow
  /// Back to what was selected before `follow`.
  case goBack

  // The frame.
  case focusNext
  case focusPrevious
  case zoom
  case nextView
  /// By the next column of a list that can be sorted.
  case sort
  case help
  /// By so many lines of the part with the focus.
  case scroll(Int)
  case quit

  // The loss lab.
  case openLab
  case lab(LabAction)

  // News.
  case resized(Size)
  /// An iteration's record, the losses of all so far, and what else their histories name.
  case arrived(Trace, history: [Double], kept: [String: [[Double]]] = [:])
  case progress(done: Int, losses: [Double], secondsLeft: Double?)
  case failed(String)
  case noticed(String)

  package enum Direction: Hashable, Sendable, CaseIterable {
    case left
    case right
    case up
    case down
  }

  /// While the keys are shown, only what moves or closes them works.
  var worksUnderHelp: Bool {
    switch self {
    case .help, .cancel, .quit, .scroll, .move, .focusNext, .focusPrevious: true
    default: isNews
    }
  }

  /// News come by themselves; everything else is the user's.
  var isNews: Bool {
    switch self {
    case .resized, .arrived, .progress, .failed, .noticed: true
    default: false
    }
  }
}
