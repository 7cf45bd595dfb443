import Detectors
import Traces

/// What there is to write, from the table and from what a trace holds.
struct CompletionChoices {
  let trace: Trace?
  let rows: Rows?

  private var reading: Reading? { trace.map { Reading(moment: Moment($0)) } }

  // MARK: At the beginning of a value

  var beginnings: [Choice] { rowFields + subjects + entries(of: .moment) + functions + groups + words }

  private var rowFields: [Choice] {
    guard let rows else { return [] }
    return rows.columns.keys.sorted().map { Choice(.value, $0, "of each row") } + (rows.subject.map(entries) ?? [])
  }

  private var subjects: [Choice] {
    Subject.allCases.filter { $0 != .moment && has($0) }.map { Choice(.group, $0.rawValue, $0.meaning) }
  }

  private var functions: [Choice] {
    Function.allCases.map { Choice(.function, "\($0.rawValue)(", $0.meaning) }
  }

  private var words: [Choice] {
    [Choice(.word, "not ", "the opposite of a test"), Choice(.word, "true"), Choice(.word, "false")]
  }

  /// After a value.
  static let operators =
    [
      ("and ", "whether both hold"), ("or ", "whether one holds"),
      ("changes", "whether it is another than a moment ago"),
      ("== ", "equal"), ("!= ", "not equal"), ("< ", "less"), ("<= ", "at most"), ("> ", "greater"),
      (">= ", "at least"),
    ].map { Choice(.word, $0.0, $0.1) }

  /// The first names of the trace's values: "match", with how many there are.
  private var groups: [Choice] {
    var counts: [(name: String, count: Int)] = []
    for name in valueNames {
      let first = String(name.prefix { $0 != "." })
      if let index = counts.firstIndex(where: { $0.name == first }) {
        counts[index].count += 1
      } else {
        counts.append((first, 1))
      }
    }
    return counts.map { Choice(.group, $0.name, Number.plural($0.count, "value")) }
  }

  private var valueNames: [String] { trace?.steps.flatMap(\.values) ?? [] }

  // MARK: After a dot

  func fields(of path: String) -> [Choice] {
    guard let path = Self.parse(path) else { return [] }
    let values = values(after: path)
    guard let subject = Subject(named: path.head.text) else { return values }
    switch (subject.form, path.turns.count) {
    case (.named, 0): return names(of: subject)
    case (.named, 1) where subject == .loss: return entries(of: .loss)
    case (.named, _): return []
    case (.single, 0), (.list, 0), (.levels, 0): return entries(of: subject) + values
    case (.list, 1), (.levels, 1):
      if case .index? = path.turns.first { return entries(of: subject) }
      return values
    default: return values
    }
  }

  private static func parse(_ text: String) -> Syntax.Path? {
    guard let syntax = try? Parser.parse(text), case .path(let path) = syntax.form else { return nil }
    return path
  }

  private func names(of subject: Subject) -> [Choice] {
    if subject == .loss {
      return (trace?.losses ?? []).map { Choice(.value, $0.name, "\($0.title): \(Number.text($0.value))") }
    }
    guard let trace else {
      let all = Detectors.all.flatMap { $0.parameters }
      return all.map { Choice(.parameter, $0.name, $0.meaning) }
    }
    return trace.parameters.map { parameter in
      let meaning = trace.declaration(of: parameter.name)?.meaning ?? ""
      return Choice(.parameter, parameter.name, "\(parameter.text): \(meaning)")
    }
  }

  /// Paths of the table, without those of which this detector leaves nothing.
  private func entries(of subject: Subject) -> [Choice] {
    PathTable.entries(of: subject).filter { !$0.field.isEmpty && isThere($0) }.map { entry in
      Choice(.value, entry.field, entry.unit.isEmpty ? entry.meaning : "\(entry.meaning) (\(entry.unit))")
    }
  }

  private func has(_ subject: Subject) -> Bool {
    guard let reading else { return true }
    do throws(Absence) {
      _ = try subject.count(reading)
      return true
    } catch { return !error.isForEver }
  }

  private func isThere(_ entry: PathEntry) -> Bool {
    guard let reading, entry.subject != .loss else { return true }
    do throws(Absence) {
      _ = try entry.column(reading)
      return true
    } catch { return !error.isForEver }
  }

  /// What follows in the names of the trace's values: after "overlap" the "iou" of `overlap.iou`.
  private func values(after path: Syntax.Path) -> [Choice] {
    guard !path.turns.contains(where: { if case .index = $0 { true } else { false } }) else { return [] }
    let start = "\(path)."
    var found: [Choice] = []
    for name in valueNames where name.hasPrefix(start) {
      let rest = name.dropFirst(start.count)
      let next = String(rest.prefix { $0 != "." })
      guard found.last?.text != next else { continue }
      found.append(next.count == rest.count ? Choice(.value, next, shape(of: name)) : Choice(.group, next))
    }
    return found
  }

  private func shape(of name: String) -> String {
    guard let shape = trace?[name]?.shape, !shape.isEmpty else { return "a number" }
    return shape.map(Number.count).joined(separator: " × ")
  }

  // MARK: In brackets

  func indices(of path: String) -> [Choice] {
    guard let trace, let path = Self.parse(path) else { return [] }
    if path.turns.isEmpty, let subject = Subject(named: path.head.text) {
      if subject == .level { return trace.priors.levels.map { Choice(.index, $0.name, "stride \($0.stride)") } }
      guard let reading, let count = try? subject.count(reading) else { return [] }
      return Self.indices(count) { subject == .gt || subject == .bag ? className(of: $0) : "" }
    }
    let axes = path.turns.count { if case .index = $0 { true } else { false } }
    let name = path.turns.prefix(path.turns.count - axes).reduce(path.head.text) {
      if case .field(let word) = $1 { "\($0).\(word.text)" } else { $0 }
    }
    guard let shape = trace[name]?.shape, axes < shape.count else { return [] }
    return Self.indices(shape[axes]) { _ in "" }
  }

  /// All of a few; of many the first and the last.
  private static func indices(_ count: Int, _ meaning: (Int) -> String) -> [Choice] {
    guard count > 32 else { return (0..<max(0, count)).map { Choice(.index, String($0), meaning($0)) } }
    let meaning = "0 to \(Number.count(count - 1))"
    return [Choice(.index, "0", meaning), Choice(.index, String(count - 1), meaning)]
  }

  private func className(of gt: Int) -> String {
    guard let scene = trace?.scene, scene.groundTruth.indices.contains(gt) else { return "" }
    let label = scene.groundTruth[gt].label
    return scene.classes.indices.contains(label) ? scene.classes[label] : ""
  }

  // MARK: After "=="

  /// What a path can be equal to, where that is one of a few words.
  func literals(of path: String, quoted: Bool) -> [Choice] {
    guard let trace, let syntax = try? Parser.parse(path) else { return [] }
    let checker = Checker(trace: trace, rows: rows, text: path)
    guard let words = (try? checker.check(syntax))?.type.vocabulary?.words(in: trace) else { return [] }
    return words.map { word in
      let isBare = !quoted && (try? Parser.parse(word))?.bareWord?.text == word && !checker.isName(word)
      return Choice(.literal, isBare ? word : Syntax.quoted(word))
    }
  }
}

extension Absence {
  var isForEver: Bool { if case .never = self { true } else { false } }
}
