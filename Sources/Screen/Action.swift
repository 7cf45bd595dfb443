import Debugger
import Expressions
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
  /// On to where a breakpoint comes true, or back to where one last did.
  case run(Course)
  case goToStep(String)
  case goToIteration(Int)
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
  /// Goes where a link leads.
  case followTo(Element)
  /// Back to what was selected before `follow`.
  case goBack

  // Finding.
  case openPrompt(Prompt.Kind)
  case prompt(Prompt.Key)
  /// Opens the command line with this on it.
  case promptWith(String)
  /// A line as it would be typed behind `:`.
  case command(String)
  case searchAgain
  case setMark(Character)
  case goToMark(Character)

  // Stopping and watching.
  /// On the step that is shown.
  case toggleBreakpoint
  case add(Breakpoint)
  case removeBreakpoint(Int)
  case switchBreakpoint(Int)
  case clearBreakpoints
  case watch(String)
  case removeWatch(Int)
  case clearWatches

  // Editing.
  case edit(Edit)
  /// Goes on where an earlier session was left; or never mind it.
  case takeUp
  case forget
  case undo
  case redo
  case compare(Comparand?)

  // The frame.
  case openPanel(Panel.Kind)
  case panel(Panel.Key)
  /// A row of the panel, by a click.
  case panelRow(Int)
  /// A row of B's list, by a click.
  case row(Int)
  case toggleMouse
  case mouse(Mouse)
  case theme(String)
  /// What the terminal says its background is.
  case background(Appearance.Background)
  /// Only the rows of B's list for which it holds; nil for all.
  case filter(Expression?)
  case effect(Effect)
  /// At once, whatever is open.
  case leave
  case focusNext
  case focusPrevious
  case zoom
  case nextView
  /// By its number, 1 for the first.
  case showView(Int)
  /// By the next column of a list that can be sorted.
  case sort
  case help
  /// By so many lines of the part with the focus.
  case scroll(Int)
  case quit

  /// Begins to record for a lesson into a file; nil, or while it is recorded, ends that.
  case record(String?)
  /// In the lesson that is played.
  case lesson(Narration.Command)

  // The loss lab.
  case openLab
  case lab(LabAction)

  // News.
  case resized(Size)
  /// An iteration's record, the losses of all so far, and what else their histories name.
  case arrived(
    Trace, history: [Double], kept: [String: [[Double]]] = [:], revision: Int? = nil, timeline: Timeline? = nil)
  case progress(done: Int, losses: [Double], secondsLeft: Double?)
  case failed(String)
  /// The scene and the configuration were written; to where.
  case saved(String)
  case noticed(String)
  /// How far a run to a breakpoint has come.
  case ran(iterations: Int, loss: Double)
  /// A run came to where a breakpoint is true.
  case stopped(Stop, history: [Double], kept: [String: [[Double]]] = [:])
  /// The other iteration that this one is compared with.
  case compared(Trace, revision: Int)
  case answered(Question, Answer, revision: Int)

  package enum Course: Hashable, Sendable {
    case forward
    case backward
  }

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

  /// Whether it leads off the path of a lesson: what the user does, but not to the lesson.
  package var isExploring: Bool {
    switch self {
    case .lesson, .help, .toggleMouse: false
    default: !isNews
    }
  }

  /// What changes the set-up, or is a part of doing so: edits of one gesture are taken back together.
  var isEdit: Bool {
    switch self {
    case .edit, .mouse, .panel: true
    default: isNews
    }
  }

  /// News that only the latest work has to tell.
  package var isProgress: Bool {
    switch self {
    case .progress, .ran, .stopped: true
    default: false
    }
  }

  /// News come by themselves; everything else is the user's.
  var isNews: Bool {
    switch self {
    case .resized, .background, .arrived, .progress, .ran, .stopped, .compared, .answered, .saved, .failed, .noticed:
      true
    default: false
    }
  }
}
