import Debugger
import Traces

extension State {
  mutating func reducePrompt(_ key: Prompt.Key) {
    guard var line = prompt else { return }
    switch key {
    case .cancel:
      prompt = nil
      return
    case .backspace where line.text.isEmpty:
      prompt = nil
      return
    case .accept: return accept(line)
    case .previous where line.kind == .palette: choose(by: -1, in: &line)
    case .next where line.kind == .palette: choose(by: 1, in: &line)
    case .previous: line.recall(promptHistory, by: 1)
    case .next: line.recall(promptHistory, by: -1)
    case .complete: complete(&line, by: 1)
    case .completeBack: complete(&line, by: -1)
    default: line.edit(key)
    }
    prompt = line
    // A mark is one letter: no Enter is asked for.
    if line.kind == .mark || line.kind == .jump, !line.text.isEmpty { accept(line) }
  }

  private mutating func accept(_ line: Prompt) {
    prompt = nil
    switch line.kind {
    case .command:
      guard !line.string.trimmed.isEmpty else { return }
      run(command: line.string)
    case .search: search(line.string)
    case .place:
      guard let trace else { return }
      switch PlaceName.find(line.string, in: trace, from: selection) {
      case .success(let element): visit(element)
      case .failure(let fault): refuse(line, fault)
      }
    case .palette:
      let actions = paletteActions(line)
      let index = (line.choice ?? 0).clamped(to: 0...max(0, actions.count - 1))
      guard actions.indices.contains(index) else { return notice("No action is called so.") }
      apply(actions[index].action)
    case .mark: line.text.first.map { setMark($0) }
    case .jump: line.text.first.map { goToMark($0) }
    }
  }

  /// Puts the line back, with what is wrong in it.
  private mutating func refuse(_ line: Prompt, _ fault: PromptFault) {
    var line = line
    line.fault = fault
    prompt = line
  }

  /// Does what a line behind `:` says; one that cannot be done stays, to be mended.
  mutating func run(command text: String) {
    // Some write the colon too.
    let text = text.hasPrefix(":") ? String(text.dropFirst()) : text
    promptHistory.removeAll { $0 == text }
    promptHistory = Array(([text] + promptHistory).prefix(200))
    do throws(PromptFault) {
      for action in try Command.actions(for: text, in: self) { apply(action) }
    } catch {
      refuse(Prompt(.command, text: text), error)
    }
  }

  // MARK: Completion and the palette

  /// What the line can go on with, at most so many as are shown.
  func suggestions(for line: Prompt) -> (range: Range<Int>, all: [Suggestion]) {
    line.kind == .command ? Command.suggestions(for: line, in: self) : (0..<0, [])
  }

  private mutating func complete(_ line: inout Prompt, by count: Int) {
    guard line.kind == .command else { return }
    let (range, all) = suggestions(for: line)
    guard !all.isEmpty else { return }
    let common = all.dropFirst().reduce(all[0].text) { $0.commonPrefix(with: $1.text) }
    let typed = String(line.text[range])
    if all.count == 1 {
      // What something has to follow is followed by a blank.
      let goesOn =
        Command.named(all[0].text) != nil || detectorType?.parameters.contains { $0.name == all[0].text } ?? false
      line.replace(range, with: all[0].text + (goesOn ? " " : ""))
    } else if common.count > typed.count {
      line.replace(range, with: common)
    }
  }

  /// The named actions that a line of the palette leaves.
  func paletteActions(_ line: Prompt) -> [NamedAction] {
    let words = line.string.lowercased().split(separator: " ")
    let found = NamedAction.all.filter { action in
      let text = "\(action.name) \(action.words)".lowercased()
      return words.allSatisfy { text.contains($0) }
    }
    // Those whose name begins so come first.
    let first = words.first ?? ""
    return found.filter { $0.name.hasPrefix(first) } + found.filter { !$0.name.hasPrefix(first) }
  }

  private mutating func choose(by count: Int, in line: inout Prompt) {
    let last = max(0, paletteActions(line).count - 1)
    line.choice = ((line.choice ?? 0) + count).clamped(to: 0...last)
  }

  // MARK: Places, search, marks

  /// Goes to an element; Backspace returns.
  mutating func visit(_ element: Element) {
    let before = selection
    select(element)
    if selection != before { trail = Array(trail.suffix(99)) + [before] }
  }

  /// The next row of the list, or line of the explanation, that has the words.
  mutating func search(_ text: String) {
    let wanted = text.trimmed.lowercased()
    guard !wanted.isEmpty else { return notice("Search for what?") }
    searched = text
    let rows = (listing?.rows ?? []).map { $0.cells.joined(separator: " ").lowercased() }
    let start = row(in: .view(step: position.step, view: viewIndex)) ?? -1
    let order = rows.indices.map { (start + 1 + $0) % max(1, rows.count) }
    if let row = order.first(where: { $0 >= 0 && rows[$0].contains(wanted) }) {
      focus = .view
      if takesTurns { front = .view }
      scroll.rows[.view(step: position.step, view: viewIndex)] = row
      return notice("Row \(row + 1) of \(rows.count): N goes on to the next, Enter follows.")
    }
    if let step = stepNamed(wanted) { return apply(.goToStep(step)) }
    notice("Nothing in this list, and no step, has \"\(text)\".")
  }

  /// The next step whose words have the text.
  private func stepNamed(_ text: String) -> String? {
    guard let steps = trace?.steps else { return nil }
    let order = steps.indices.map { (position.step + 1 + $0) % max(1, steps.count) }
    return order.first { steps[$0].id.lowercased().contains(text) || steps[$0].title.lowercased().contains(text) }
      .map { steps[$0].id }
  }

  mutating func setMark(_ letter: Character) {
    guard let trace, letter.isLetter || letter.isNumber else { return notice("A mark is a letter.") }
    marks[letter] = Bookmark(iteration: trace.iteration, position: position, selection: selection)
    notice("Mark \(letter) set at iteration \(trace.iteration), \(currentStep?.id ?? ""): '\(letter) comes back.")
  }

  mutating func goToMark(_ letter: Character) {
    guard let mark = marks[letter] else {
      let known = marks.keys.sorted().map { String($0) }.joined(separator: ", ")
      return notice(known.isEmpty ? "No mark is set: m and a letter sets one." : "The marks are \(known).")
    }
    trail = Array(trail.suffix(99)) + [selection]
    position = mark.position
    selection = mark.selection
    if mark.iteration != trace?.iteration { wantIteration(mark.iteration) }
  }
}

extension String {
  /// Without blanks at either end.
  var trimmed: String {
    var text = self[...]
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }

  fileprivate func commonPrefix(with other: String) -> String {
    String(zip(self, other).prefix { $0 == $1 }.map(\.0))
  }
}
