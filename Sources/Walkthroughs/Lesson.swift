import Detectors
import Expressions
import Scenes

/// A walkthrough: steps through the debugger that narrate, ask, let the learner try, and say what must hold.
package struct Lesson: Sendable {
  package enum Level: String, CaseIterable, Sendable {
    case beginner
    case intermediate
    case advanced
  }

  /// The file, as it was named.
  package let file: String
  package let title: String
  package let summary: String
  package let level: Level
  package let minutes: Int
  package let setting: LessonSetting
  package let steps: [LessonStep]

  /// The chapter that a step lies in: the last that began.
  package func chapter(at step: Int) -> String? { steps.prefix(step + 1).last { $0.chapter != nil }?.chapter }
}

/// What the debugger is opened with.
package struct LessonSetting: Sendable {
  /// A scene of the gallery, or a path beside the lesson.
  package let scene: Located<String>
  package let detector: any Detector.Type
  package let settings: Settings
  package let seed: UInt64
}

/// Something together with where it stands in the file.
package struct Located<Value: Sendable>: Sendable {
  package let value: Value
  package let place: Fault.Place

  package init(_ value: Value, at place: Fault.Place) {
    self.value = value
    self.place = place
  }
}

/// A step of a lesson. What it does is done in the order of its fields.
package struct LessonStep: Sendable {
  /// A part of the frame that the narration speaks of.
  package enum Highlight: String, CaseIterable, Sendable {
    case picture
    case view
    case losses
    case why
    case rail
    case headline
  }

  package let id: String
  package let place: Fault.Place
  /// Begins a chapter of that name.
  package let chapter: String?
  /// What is opened in place of what was there; nil where the lesson goes on with that.
  package let setting: LessonSetting?
  /// A step of the iteration to go to.
  package let destination: Located<String>?
  /// Commands, as they are typed behind `:`.
  package let commands: [Located<String>]
  /// What the cursor goes to: "gt 2", "P4 3,5 #4".
  package let selection: Located<String>?
  /// Which of the step's views is shown, 1 for the first.
  package let view: Located<Int>?
  package let highlights: [Highlight]
  package let prose: Prose?
  /// The paper, or the issue, that the idea is from.
  package let source: String?
  package let ask: Ask?
  package let attempt: Attempt?
  package let expectations: [Expectation]
}

/// A question to be answered before the answer is shown.
package struct Ask: Sendable {
  package enum Answer: Sendable {
    /// The choice whose condition holds is the right one.
    case choices([(text: String, condition: Located<Expression>)])
    /// A number, right within a tolerance.
    case number(Located<Expression>, tolerance: Double)
  }

  package let question: Prose
  package let answer: Answer
  package let hint: Prose?
  /// Shown with the answer.
  package let why: Prose
  package let place: Fault.Place
}

/// Something for the learner to make true.
package struct Attempt: Sendable {
  package let goal: Prose
  package let condition: Located<Expression>
  package let hint: Prose?
  /// One way to do it, in commands.
  package let solution: [Located<String>]
  package let place: Fault.Place
}

/// What must hold at a step, for the lesson to be true.
package struct Expectation: Sendable {
  package enum Kind: Sendable {
    case holds
    case number(Double, tolerance: Double)
  }

  package let expression: Located<Expression>
  package let kind: Kind
}
