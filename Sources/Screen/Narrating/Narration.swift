/// What a lesson says at its step, laid beside the part of the frame that it speaks of.
package struct Narration: Hashable, Sendable {
  /// What somebody who plays a lesson does to it.
  package enum Command: Hashable, Sendable {
    case next
    case back
    /// A choice by its number, 1 for the first.
    case choose(Int)
    /// A character of a number, as it is typed.
    case type(Character)
    case erase
    /// The number that was typed is the answer.
    case accept
    case hint
    /// Back to the lesson's path.
    case comeBack
    case pause
    /// The part that is spoken of has the whole frame, or no longer.
    case enlarge
  }

  /// What a question waits for.
  package enum Input: Hashable, Sendable {
    case choice(of: Int)
    case number
  }

  /// A part of the frame that words speak of.
  package enum Place: Hashable, Sendable {
    case part(Part)
    case rail
    case headline
  }

  package struct Span: Hashable, Sendable {
    package enum Emphasis: Hashable, Sendable {
      case plain
      case strong
      case gentle
      case code
      /// What an expression came to.
      case value
    }

    package let text: String
    package let emphasis: Emphasis

    package init(_ text: String, _ emphasis: Emphasis = .plain) {
      self.text = text
      self.emphasis = emphasis
    }
  }

  package enum Mark: Hashable, Sendable {
    case open
    case right
    case wrong
    /// Not chosen, and not right.
    case passed
  }

  package enum Block: Hashable, Sendable {
    case words([Span])
    case question([Span])
    case choice(Int, String, Mark)
    /// A number as far as it is typed.
    case input(String)
    case verdict(isRight: Bool, String)
    case hint([Span])
    /// A condition to be made true, with what it is now.
    case condition(String, found: String, holds: Bool)
    case source(String)
    /// A command, as it is typed.
    case command(String)
    /// What is wrong in the lesson, for whoever writes it.
    case fault(String)
  }

  package var title: String
  /// "3/9", and how long the rest takes.
  package var progress: String
  package var blocks: [Block]
  package var places: [Place]
  package var input: Input?
  /// Keys and what they do now, for the last line.
  package var keys: [Hint]
  /// What was done since is not of the lesson: Esc comes back.
  package var isOffPath: Bool
  /// Whether that is to be said.
  package var isAstray = false

  package struct Hint: Hashable, Sendable {
    package let keys: String
    package let words: String
    package let command: Command

    package init(_ keys: String, _ words: String, _ command: Command) {
      self.keys = keys
      self.words = words
      self.command = command
    }
  }

  package init(
    title: String, progress: String, blocks: [Block], places: [Place] = [], input: Input? = nil, keys: [Hint] = [],
    isOffPath: Bool = false
  ) {
    self.title = title
    self.progress = progress
    self.blocks = blocks
    self.places = places
    self.input = input
    self.keys = keys
    self.isOffPath = isOffPath
  }

  /// What a key is to the lesson; nil where it is the debugger's.
  func command(for key: Key) -> Command? {
    switch (key, input) {
    case (.character(" "), _), (.character("n"), _), (.pageDown, _): .next
    case (.character("p"), _), (.pageUp, _): .back
    case (.character("H"), _): .hint
    case (.character("A"), _): .pause
    case (.character("Z"), _): .enlarge
    case (.escape, _): isOffPath ? .comeBack : nil
    case (.character(let digit), .choice(let count)):
      Int(String(digit)).flatMap { (1...count).contains($0) ? .choose($0) : nil }
    case (.character(let scalar), .number) where "0123456789.-".unicodeScalars.contains(scalar):
      .type(Character(scalar))
    case (.backspace, .number): .erase
    case (.enter, .number): .accept
    default: nil
    }
  }
}

extension State {
  /// Gives a part the whole frame, for those who sit far off; none for nil.
  package mutating func enlarge(_ part: Part?) {
    zoomed = part
    if let part { bringForward(part) }
  }

  /// What a key is to the lesson that is played; nil while something open has the keys, and where it is the debugger's.
  func narrationCommand(for key: Key) -> Narration.Command? {
    guard let narration, prompt == nil, panel == nil, lab == nil, !showsHelp, !isEditing, job == .none || key != .escape
    else { return nil }
    return narration.command(for: key)
  }

  /// Where there is room for one of the picture and the view, that is the one.
  package mutating func bringForward(_ part: Part) {
    front = part
    focus = part
  }
}
