import Traces

/// A command of the line behind `:`.
struct Command: Sendable {
  /// What its arguments are, for completion.
  enum Argument: Sendable {
    case none
    case expression
    case step
    case parameter
    case file
    case action
    case words([String])
    case free
  }

  let name: String
  /// "NAME VALUE", as the help writes it.
  let arguments: String
  let words: String
  let argument: Argument
  /// The actions for what is written behind the name, which begins at a character of the line.
  let run: @Sendable (Line, State) throws(PromptFault) -> [Action]

  /// What stands behind a command's name, and where.
  struct Line {
    let text: String
    let start: Int

    /// The faulty characters of it.
    func fault(_ words: String) -> PromptFault {
      PromptFault(words, at: start..<max(start + 1, start + text.count))
    }
  }

  static func named(_ name: String) -> Command? { all.first { $0.name == name } }

  /// The actions of a whole line.
  static func actions(for text: String, in state: State) throws(PromptFault) -> [Action] {
    let characters = Array(text)
    let begin = characters.firstIndex { $0 != " " } ?? characters.count
    let end = characters[begin...].firstIndex { $0 == " " } ?? characters.count
    let name = String(characters[begin..<end])
    guard !name.isEmpty else { return [] }
    let start = characters[end...].firstIndex { $0 != " " } ?? characters.count
    if let command = named(name) {
      var rest = String(characters[start...])
      while rest.last == " " { rest.removeLast() }
      return try command.run(Line(text: rest, start: start), state)
    }
    if start == characters.count, let action = NamedAction.named(name) { return [action.action] }
    let known = all.map(\.name) + NamedAction.all.map(\.name)
    let nearest = Nearest.name(to: name, among: known).map { " Did you mean \($0)?" } ?? ""
    throw PromptFault("There is no command \(name).\(nearest)", at: begin..<end)
  }

  // MARK: Completion

  /// What the line can go on with, and which of its characters that would replace.
  static func suggestions(for prompt: Prompt, in state: State) -> (range: Range<Int>, all: [Suggestion]) {
    let before = Array(prompt.text.prefix(prompt.cursor))
    let begin = before.firstIndex { $0 != " " } ?? before.count
    guard let end = before[begin...].firstIndex(of: " ") else {
      let typed = String(before[begin...])
      let commands = all.map { Suggestion($0.name, $0.words) }
      let actions = NamedAction.all.filter { named($0.name) == nil }.map { Suggestion($0.name, $0.words) }
      return (begin..<before.count, (commands + actions).filter { $0.text.hasPrefix(typed) })
    }
    guard let command = named(String(before[begin..<end])) else { return (before.count..<before.count, []) }
    let start = before[end...].firstIndex { $0 != " " } ?? before.count
    return command.suggestions(String(before[start...]), from: start, in: state)
  }

  private func suggestions(
    _ typed: String, from start: Int, in state: State
  ) -> (range: Range<Int>, all: [Suggestion]) {
    let range = start..<start + typed.count
    func matching(_ all: [Suggestion]) -> (range: Range<Int>, all: [Suggestion]) {
      (range, all.filter { $0.text.hasPrefix(typed) })
    }
    switch argument {
    case .none, .free, .file: return (range, [])
    case .words(let words): return matching(words.map { Suggestion($0) })
    case .step: return matching(state.stepIDs.map { Suggestion($0, state.trace?.step($0)?.title ?? "") })
    case .action: return matching(NamedAction.all.map { Suggestion($0.name, $0.words) })
    case .parameter: return parameterSuggestions(typed, from: start, in: state)
    case .expression:
      let found = state.completions(of: typed)
      return (start + found.range.lowerBound..<start + found.range.upperBound, found.all)
    }
  }

  private func parameterSuggestions(
    _ typed: String, from start: Int, in state: State
  ) -> (range: Range<Int>, all: [Suggestion]) {
    let parameters = state.detectorType?.parameters ?? []
    guard let space = typed.firstIndex(where: { $0 == " " || $0 == "=" }) else {
      let all = parameters.map { Suggestion($0.name, $0.meaning) }.filter { $0.text.hasPrefix(typed) }
      return (start..<start + typed.count, all)
    }
    let value = typed[typed.index(after: space)...]
    let offset = start + typed.distance(from: typed.startIndex, to: space) + 1
    let parameter = parameters.first { $0.name == typed[..<space] }
    let choices = parameter?.kind.choices ?? []
    return (offset..<offset + value.count, choices.filter { $0.hasPrefix(value) }.map { Suggestion($0) })
  }
}

/// The name that was most likely meant.
enum Nearest {
  static func name(to name: String, among known: [String]) -> String? {
    let ranked = known.map { ($0, distance(name, $0)) }.min { $0.1 < $1.1 }
    return ranked.flatMap { $0.1 <= max(2, name.count / 3) ? $0.0 : nil }
  }

  /// Characters to insert, take away or change.
  private static func distance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a.prefix(64)), Array(b.prefix(64)))
    var row = Array(0...b.count)
    for i in a.indices {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let above = row[j + 1]
        row[j + 1] = min(min(above, row[j]) + 1, diagonal + (a[i] == b[j] ? 0 : 1))
        diagonal = above
      }
    }
    return row[b.count]
  }
}
