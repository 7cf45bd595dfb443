import Debugger
import Detectors
import Expressions
import Scenes
import Traces

/// Everything the screen shows, and all it needs to answer an action. A value: the screen's past is
/// its earlier states.
package struct State: Sendable {
  package typealias Explain = @Sendable (Element, Trace) -> Explanation?

  package var scene: Scene
  /// The detector's name in prose.
  package var detector: String
  package var parameters: [Trace.Parameter]
  /// The ids of the steps an iteration will have, for the rail before the first has run.
  package var stepIDs: [String]
  /// False when there is no network to train: the predictions come from a file.
  package var learns = true
  /// Nil until the first iteration has run.
  package internal(set) var trace: Trace?
  /// The total loss of every iteration so far, the first first.
  package internal(set) var history: [Double] = []
  /// What else the steps' histories name, by value: the numbers of every iteration, the first first.
  package internal(set) var kept: [String: [[Double]]] = [:]
  package internal(set) var position = Position()
  package internal(set) var selection: Selection
  /// Where the cursor is under way to, while all else is still told of the place it left.
  var headedFor: Selection?
  /// The part that keys of the cursor go to.
  package internal(set) var focus = Part.picture
  /// Which of the picture and the view is shown where there is room for one.
  package internal(set) var front = Part.picture
  /// The part that has the whole frame.
  package internal(set) var zoomed: Part?
  package internal(set) var showsHelp = false
  /// The loss lab, while it is open over everything else.
  package internal(set) var lab: LabState?
  package internal(set) var scroll = Scroll()
  /// What the session is wanted to do; whoever runs it looks here.
  package internal(set) var job = Job.iterate(to: 1)
  package internal(set) var message: Message?
  package var appearance: Appearance
  package internal(set) var size: Size
  /// The user has left.
  package internal(set) var hasQuit = false
  // Finding.
  /// The line being typed, while there is one.
  package internal(set) var prompt: Prompt?
  /// Commands typed before, the latest first.
  package var promptHistory: [String] = []
  package internal(set) var panel: Panel?
  package var keymap = Keymap.standard
  /// What was searched for last.
  var searched = ""
  package internal(set) var marks: [Character: Bookmark] = [:]

  // Stopping and watching.
  package internal(set) var breakpoints: [Breakpoint] = []
  package internal(set) var watches: [Watch] = []
  /// How many iterations a run to a breakpoint looks through before it gives up.
  package var longestRun = 10_000

  /// The iteration before the one shown, where that was seen: what a watch's change is counted from.
  var previousTrace: Trace?
  /// Which rows of B's lists are shown; nil for all.
  var filter: Expression?
  /// Priors to be marked, on the other side of a comparison.
  var marked: [Int]?
  /// What this is compared with.
  var comparison: Compared?
  /// What the open panel waits for, or shows.
  var asked: Asked?

  // Editing.
  /// Nil where nothing can be edited: for records that no detector here made.
  package private(set) var detectorType: (any Detector.Type)?
  /// What each iteration is done under.
  package internal(set) var timeline: Timeline?
  /// As it was opened, and as it was last saved.
  var opened: Setup?
  var saved: Timeline?
  /// Counts edits: an answer to an older one is no longer wanted.
  package internal(set) var revision = 0
  package internal(set) var isEditing = false
  /// What an earlier session on this scene left; nil once that is settled.
  package var offer: SavedSession?
  var undoable: [EditRecord] = []
  var redoable: [EditRecord] = []
  var lastGesture: Gesture?
  /// The iteration as it was before the last edit: what it changed is marked.
  var beforeEdit: Trace?
  /// What a button of the mouse holds.
  var drag: Drag?
  /// Whether the terminal reports the mouse.
  package var hasMouse = true
  /// What is to be done outside, in order; whoever runs the screen does it and takes it away.
  package internal(set) var effects: [Effect] = []

  /// What the lesson that is played says here.
  package var narration: Narration?
  /// What is recorded for a lesson, while it is.
  package internal(set) var recording: Recording?
  /// The scene as a lesson names it: of the gallery, or the path of its file.
  package var sceneReference: String?
  /// Where Enter led from, for Backspace.
  var trail: [Selection] = []
  /// The place in a step's parts from which the next step was reached, for the way back.
  var leftFrom: Position?
  /// What was selected in each part of a step when it was left.
  var visited: [Position: Selection] = [:]
  let explain: Explain

  package init(
    scene: Scene, detector: String, parameters: [Trace.Parameter] = [], stepIDs: [String] = [],
    appearance: Appearance = Appearance(), size: Size = Size(columns: 120, rows: 36),
    detectorType: (any Detector.Type)? = nil, setup: Setup? = nil, explain: @escaping Explain
  ) {
    self.detectorType = detectorType
    timeline = setup.map { Timeline($0) }
    opened = setup
    saved = timeline
    self.scene = scene
    self.detector = detector
    self.parameters = parameters
    self.stepIDs = stepIDs
    self.appearance = appearance
    self.size = size
    self.explain = explain
    selection = Selection(x: Double(scene.width) / 2, y: Double(scene.height) / 2)
    let notices = scene.notices + (scene.scaling.map { [Self.words(for: $0)] } ?? [])
    message = notices.isEmpty ? nil : Message(.notice, notices.joined(separator: " "))
  }

  private static func words(for scaling: Scaling) -> String {
    "The picture was scaled from \(scaling.originalWidth)×\(scaling.originalHeight) by "
      + "\(Number.text(scaling.factor, digits: 2)), and its boxes with it."
  }
}

/// A place in the iteration: a step, or a part of one.
package struct Position: Hashable, Sendable {
  package var step: Int
  package var substep: Int?

  package init(step: Int = 0, substep: Int? = nil) {
    self.step = step
    self.substep = substep
  }
}

/// What the cursor and the questions are about.
package struct Selection: Hashable, Sendable {
  /// What was chosen last.
  package enum Subject: Hashable, Sendable {
    case prior
    case gt
    case loss(String)
    case box(BoxRow)
  }

  /// The cursor's place on the picture, in its pixels: it stays where it was when the level changes.
  package var x: Double
  package var y: Double
  package var level = 0
  /// Which of the anchors of the cell.
  package var anchor = 0
  package var gt: Int?
  package var subject = Subject.prior
  /// The first line shown of the explanation.
  package var explanationLine = 0

  /// The detection, or other box of a list, that was chosen last.
  package var box: BoxRow? { if case .box(let row) = subject { row } else { nil } }
}

/// A part of the screen that can have the keys, or the whole frame.
package enum Part: Hashable, Sendable, CaseIterable {
  case picture
  case view
  case losses
  case why
}

/// How far the parts are scrolled, and which of the views of a step is shown.
package struct Scroll: Hashable, Sendable {
  /// A step's view among several, by step.
  var chosenView: [Int: Int] = [:]
  /// The row a list's cursor is on, by list.
  var rows: [List: Int] = [:]
  /// The region last looked at through a lens, by the value that holds the regions.
  var regions: [String: Int] = [:]
  /// The point under a lens, once one was chosen.
  var point: Point?
  /// The column a list is sorted by, where it is not the first.
  var sortColumns: [List: Int] = [:]
  /// The first line shown of the explanation.
  var why = 0
  var help = 0
  /// The GT that was selected last.
  var gt: Int?

  /// Counted over all points of a region, from its upper left.
  struct Point: Hashable, Sendable {
    let row: Int
    let column: Int
  }

  enum List: Hashable, Sendable {
    case view(step: Int, view: Int)
    case losses
  }
}

/// Work wanted off the drawing thread.
package enum Job: Hashable, Sendable {
  case none
  /// Show another iteration, run anew if it must be.
  case iterate(to: Int)
  case train(Training)
  /// Show an iteration again, as an edit has it.
  case redo(Redo)
  /// On, or back, to where a breakpoint holds.
  case run(Run)
}

/// An iteration as the edits so far have it.
package struct Redo: Hashable, Sendable {
  package let iteration: Int
  /// Which edit it is of.
  package let revision: Int
}

/// A run to a breakpoint.
package struct Run: Hashable, Sendable {
  package let course: Action.Course
  /// The iteration and the step it begins at.
  package let iteration: Int
  package let step: Int
  package let breakpoints: [Breakpoint]
  /// How many iterations it looks through before it gives up.
  package let most: Int
  /// How many iterations it has looked through.
  package var done = 0
  /// The total loss of the iteration it has come to.
  package var loss: Double?
}

/// Training in the background, as far as it has come.
package struct Training: Hashable, Sendable {
  /// The iteration shown when it began.
  package let start: Int
  package let iterations: Int
  package var done = 0
  package var losses: [Double] = []
  package var secondsLeft: Double?

  package var target: Int { start + iterations }
}

/// A place to come back to.
package struct Bookmark: Hashable, Sendable {
  package let iteration: Int
  package let position: Position
  package let selection: Selection
}

/// Work for whoever runs the screen.
package enum Effect: Hashable, Sendable {
  /// Text for a file of the user's.
  case write(path: String, text: String)
  /// The scene and the configuration as they are now.
  case save(path: String, Setup)
  case mouse(Bool)
  case lesson(Narration.Command)
  /// What was recorded, into its file.
  case record(Recording)
}

/// A line for the user that stands until the next key.
package struct Message: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case notice
    case fault
  }

  package let kind: Kind
  package let text: String

  package init(_ kind: Kind, _ text: String) {
    self.kind = kind
    self.text = text
  }
}
