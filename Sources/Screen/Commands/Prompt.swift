import Traces

/// A line being typed at the bottom of the screen.
package struct Prompt: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// `:` a command.
    case command
    /// `/` what to look for.
    case search
    /// `@` an anchor, point or GT by name.
    case place
    /// Every named action, narrowed by what is typed.
    case palette
    /// A letter for a mark to be set, or gone to.
    case mark
    case jump
  }

  package let kind: Kind
  package private(set) var text: [Character]
  /// Before which character the next is typed.
  package private(set) var cursor: Int
  /// What was refused, and why; gone with the next key.
  package internal(set) var fault: PromptFault?
  /// The row chosen among the completions, or in the palette.
  var choice: Int?
  /// Which line of the history is shown, counted from the latest; nil for the one being typed.
  private var recalled: Int?
  /// What was typed before the history was looked into.
  private var draft: [Character] = []

  /// Longer lines are not taken.
  package static let longest = 2000

  package init(_ kind: Kind, text: String = "") {
    self.kind = kind
    self.text = Array(text)
    cursor = self.text.count
  }

  package var string: String { String(text) }
  /// The sign the line begins with.
  package var sign: String {
    switch kind {
    case .command: ":"
    case .search: "/"
    case .place: "@"
    case .palette: "action: "
    case .mark: "mark (a letter): "
    case .jump: "to mark (a letter): "
    }
  }

  package enum Key: Hashable, Sendable {
    case type(Unicode.Scalar)
    case backspace, delete, left, right, home, end
    case previous, next
    case complete, completeBack
    case deleteWord, deleteLine
    case accept, cancel
  }

  // MARK: Editing

  mutating func insert(_ scalar: Unicode.Scalar) {
    guard text.count < Prompt.longest else { return }
    text.insert(Character(scalar), at: cursor)
    // A combining mark joins the character before it.
    let joined = Array(String(text))
    cursor += joined.count == text.count ? 1 : 0
    text = joined
    cursor = min(cursor, text.count)
    touch()
  }

  mutating func edit(_ key: Key) {
    switch key {
    case .type(let scalar): insert(scalar)
    case .backspace:
      guard cursor > 0 else { return }
      cursor -= 1
      text.remove(at: cursor)
      touch()
    case .delete:
      guard cursor < text.count else { return }
      text.remove(at: cursor)
      touch()
    case .left: cursor = max(0, cursor - 1)
    case .right: cursor = min(text.count, cursor + 1)
    case .home: cursor = 0
    case .end: cursor = text.count
    case .deleteWord:
      while cursor > 0, text[cursor - 1] == " " { edit(.backspace) }
      while cursor > 0, text[cursor - 1] != " " { edit(.backspace) }
    case .deleteLine:
      text.removeFirst(cursor)
      cursor = 0
      touch()
    case .previous, .next, .complete, .completeBack, .accept, .cancel: break
    }
  }

  /// Puts a completion over a part of the line.
  mutating func replace(_ range: Range<Int>, with new: String) {
    let range = range.clamped(to: 0..<text.count)
    text.replaceSubrange(range, with: Array(new))
    cursor = min(text.count, range.lowerBound + new.count)
  }

  /// Lines typed before, the latest first.
  mutating func recall(_ history: [String], by count: Int) {
    let wanted = (recalled ?? -1) + count
    guard wanted < history.count, wanted >= -1 else { return }
    if recalled == nil { draft = text }
    recalled = wanted < 0 ? nil : wanted
    text = wanted < 0 ? draft : Array(history[wanted])
    cursor = text.count
    fault = nil
  }

  private mutating func touch() {
    fault = nil
    choice = nil
    recalled = nil
  }
}

/// Why a line was refused, and where in it.
package struct PromptFault: Error, Hashable, Sendable {
  package let words: String
  /// Characters of the line; nil for all of it.
  package let range: Range<Int>?

  package init(_ words: String, at range: Range<Int>? = nil) {
    self.words = words
    self.range = range
  }
}

/// Something a line can go on with.
package struct Suggestion: Hashable, Sendable {
  package let text: String
  package let meaning: String

  package init(_ text: String, _ meaning: String = "") {
    self.text = text
    self.meaning = meaning
  }
}

extension Prompt.Key {
  /// What a key does to a line being typed.
  init?(_ key: Key) {
    switch key {
    case .character(let scalar): self = .type(scalar)
    case .backspace: self = .backspace
    case .delete: self = .delete
    case .left, .control("b"): self = .left
    case .right, .control("f"): self = .right
    case .home, .control("a"): self = .home
    case .end, .control("e"): self = .end
    case .up, .control("p"): self = .previous
    case .down, .control("n"): self = .next
    case .tab: self = .complete
    case .backTab: self = .completeBack
    case .control("w"): self = .deleteWord
    case .control("u"): self = .deleteLine
    case .enter: self = .accept
    case .escape, .control("g"): self = .cancel
    default: return nil
    }
  }
}
