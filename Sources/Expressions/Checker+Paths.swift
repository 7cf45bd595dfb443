import Detectors
import Traces

extension Checker {
  func check(_ path: Syntax.Path, _ range: Range<Int>) throws(ExpressionFault) -> Checked {
    if path.turns.isEmpty, let field = rowField(path.head.text, range) { return field }
    if let subject = Subject(named: path.head.text), let found = try check(subject, path, range) { return found }
    if let found = try checkValue(path, range) { return found }
    if let entry = PathTable.entry(.moment, path.head.text) {
      return try indexed(
        Checked(form: .path(entry, name: "", index: nil), type: entry.type, range: range), path.turns[...])
    }
    throw unknown(path, range)
  }

  /// Whether a word alone names a value.
  func isName(_ word: String) -> Bool {
    rows?.has(word) == true || Subject(named: word) != nil || PathTable.entry(.moment, word) != nil
  }

  /// A bare name in a filter: a column of the list, or what the table has of its rows.
  private func rowField(_ name: String, _ range: Range<Int>) -> Checked? {
    guard let rows else { return nil }
    if let column = rows.columns[name] {
      return Checked(form: .constant(column), type: rows.type(of: column), range: range)
    }
    guard let subject = rows.subject, let entry = PathTable.entry(subject, name), !name.isEmpty else { return nil }
    return Checked(form: .rows(entry, rows.indices), type: entry.whole, range: range)
  }

  // MARK: Paths of the table

  /// Nil for a name that the table does not have and the trace may.
  private func check(_ subject: Subject, _ path: Syntax.Path, _ range: Range<Int>) throws(ExpressionFault) -> Checked? {
    switch subject.form {
    case .single: return try checkSingle(subject, path, range)
    case .named: return try checkNamed(subject, path, range)
    case .list, .levels: return try checkList(subject, path, range)
    }
  }

  private func checkSingle(
    _ subject: Subject, _ path: Syntax.Path, _ range: Range<Int>
  ) throws(ExpressionFault) -> Checked? {
    guard case .field(let field)? = path.turns.first else { throw incomplete(subject, path, range) }
    guard let entry = PathTable.entry(subject, field.text) else {
      if hasValue(path) { return nil }
      throw unknown(field, of: subject)
    }
    return try indexed(
      Checked(form: .path(entry, name: "", index: nil), type: entry.type, range: range), path.turns.dropFirst())
  }

  private func checkNamed(
    _ subject: Subject, _ path: Syntax.Path, _ range: Range<Int>
  ) throws(ExpressionFault) -> Checked? {
    guard case .field(let name)? = path.turns.first else { throw incomplete(subject, path, range) }
    let known = subject.names(in: trace)
    guard known.contains(name.text) else {
      let kind = subject == .loss ? "loss" : "parameter"
      throw fault(.unknown(kind: kind, name: name.text, known: known), at: name.range)
    }
    var rest = path.turns.dropFirst()
    var field = ""
    if case .field(let word)? = rest.first {
      field = word.text
      rest = rest.dropFirst()
      guard !field.isEmpty, PathTable.entry(subject, field) != nil else { throw unknown(word, of: subject) }
    }
    guard let entry = PathTable.entry(subject, field) else { return nil }
    let type = subject == .parameter ? trace.declaration(of: name.text)?.type ?? .number : entry.type
    return try indexed(Checked(form: .path(entry, name: name.text, index: nil), type: type, range: range), rest)
  }

  private func checkList(
    _ subject: Subject, _ path: Syntax.Path, _ range: Range<Int>
  ) throws(ExpressionFault) -> Checked? {
    var rest = path.turns[...]
    var index: Checked?
    if case .index(let syntax)? = rest.first {
      index = try checkIndex(syntax, of: subject)
      rest = rest.dropFirst()
    }
    guard case .field(let field)? = rest.first else {
      guard index == nil, let entry = PathTable.entry(subject, "") else { throw incomplete(subject, path, range) }
      return Checked(form: .path(entry, name: "", index: nil), type: entry.whole, range: range)
    }
    guard let entry = PathTable.entry(subject, field.text) else {
      if hasValue(path) { return nil }
      throw unknown(field, of: subject)
    }
    let type = index == nil ? entry.whole : entry.type
    return try indexed(Checked(form: .path(entry, name: "", index: index), type: type, range: range), rest.dropFirst())
  }

  private func checkIndex(_ syntax: Syntax, of subject: Subject) throws(ExpressionFault) -> Checked {
    let isWord = subject.form == .levels && isLoose(syntax)
    let index = isWord ? try checkWord(syntax, in: .level) : try check(syntax)
    let wanted: ExpressionType = subject.form == .levels ? .text(.level) : .number
    guard index.type == wanted else {
      let names = subject.form == .levels ? " such as \(trace.priors.levels.first?.name ?? "P3")" : ""
      throw fault(.mismatch(found: "\(index.type)", wanted: "\(wanted)\(names)"), at: syntax.range)
    }
    return index
  }

  /// What further indices pick from a list.
  private func indexed(_ base: Checked, _ turns: ArraySlice<Syntax.Path.Turn>) throws(ExpressionFault) -> Checked {
    var result = base
    for turn in turns {
      switch turn {
      case .field(let word):
        throw fault(.unexpected(found: "\".\(word.text)\"", wanted: "nothing after \(result.type)"), at: word.range)
      case .index(let syntax):
        guard result.type.isList else {
          throw fault(.unexpected(found: "an index", wanted: "none: it is \(result.type)"), at: syntax.range)
        }
        let index = try checkNumber(syntax)
        result = Checked(form: .element(result, index), type: result.type.list(false), range: base.range)
      }
    }
    return result
  }

  private func checkNumber(_ syntax: Syntax) throws(ExpressionFault) -> Checked {
    let index = try check(syntax)
    guard index.type == .number else {
      throw fault(.mismatch(found: "\(index.type)", wanted: "one whole number"), at: syntax.range)
    }
    return index
  }

  // MARK: Values of the trace

  private func hasValue(_ path: Syntax.Path) -> Bool { valueName(path) != nil }

  /// The longest beginning of a path that is a value's name, and how many turns it takes.
  private func valueName(_ path: Syntax.Path) -> (name: String, turns: Int)? {
    var name = path.head.text
    var found: (String, Int)?
    for (index, turn) in path.turns.enumerated() {
      guard case .field(let word) = turn else { break }
      name += ".\(word.text)"
      if trace[name] != nil { found = (name, index + 1) }
    }
    return found
  }

  private func checkValue(_ path: Syntax.Path, _ range: Range<Int>) throws(ExpressionFault) -> Checked? {
    guard let (name, taken) = valueName(path), let value = trace[name] else { return nil }
    var indices: [Checked] = []
    for turn in path.turns.dropFirst(taken) {
      switch turn {
      case .field(let word):
        throw fault(.unexpected(found: "\".\(word.text)\"", wanted: "nothing after \(name)"), at: word.range)
      case .index(let syntax):
        guard indices.count < value.shape.count else {
          let axes = value.shape.isEmpty ? "none: it is a number" : "\(value.shape.count), as its shape has"
          throw fault(.unexpected(found: "index \(indices.count + 1)", wanted: axes), at: syntax.range)
        }
        indices.append(try checkNumber(syntax))
      }
    }
    let isList = indices.count < value.shape.count
    return Checked(form: .value(name, indices), type: .number.list(isList), range: range)
  }
}

extension Subject {
  /// What may follow `param.` and `loss.`.
  func names(in trace: Trace) -> [String] {
    switch self {
    case .parameter: trace.parameters.map(\.name)
    case .loss: trace.losses.map(\.name)
    default: []
    }
  }
}
