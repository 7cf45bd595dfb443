import Detectors
import Scenes
import Traces

/// What to say of names that lead nowhere.
extension Checker {
  func incomplete(_ subject: Subject, _ path: Syntax.Path, _ range: Range<Int>) -> ExpressionFault {
    let fields = subject.form == .named ? subject.names(in: trace) : PathTable.fields(of: subject)
    return fault(.incomplete(name: path.description, known: fields.map { "\(path).\($0)" }), at: range)
  }

  func unknown(_ field: Syntax.Word, of subject: Subject) -> ExpressionFault {
    let kind = "value of \(subject.rawValue)"
    return fault(.unknown(kind: kind, name: field.text, known: PathTable.fields(of: subject)), at: field.range)
  }

  func unknown(_ word: String, at range: Range<Int>) -> ExpressionFault {
    fault(.unknown(kind: "name", name: word, known: names + Function.allCases.map(\.rawValue) + words), at: range)
  }

  func unknown(_ path: Syntax.Path, _ range: Range<Int>) -> ExpressionFault {
    var name = path.head.text
    var end = path.head.range.upperBound
    for turn in path.turns {
      guard case .field(let word) = turn else { break }
      name += ".\(word.text)"
      end = word.range.upperBound
    }
    let range = range.lowerBound..<end
    guard name != path.head.text else { return unknown(name, at: range) }
    if let reason = reasonForNone(name, path.head.text) { return fault(.never(name: name, reason: reason), at: range) }
    return fault(.unknown(kind: "name", name: name, known: names + trace.steps.flatMap(\.values)), at: range)
  }

  /// Why the trace has no value of a name that is right; nil for one that may be mistyped.
  private func reasonForNone(_ name: String, _ step: String) -> String? {
    let boxes = BoxRow.Kind.allCases.flatMap { [$0.boxes, $0.anchors, $0.labels, $0.scores] }
    if boxes.contains(name) { return "\(trace.detectorTitle) left none in this iteration" }
    guard trace.step(step) == nil else { return nil }
    let others = Detectors.all.filter { $0.name != trace.detector && $0.stepIDs.contains(step) }.map { $0.title }
    guard !others.isEmpty else { return nil }
    return
      "\(trace.detectorTitle) has no step \(step), as \(others.joined(separator: " and ")) \(others.count == 1 ? "has" : "have")"
  }

  /// First names, the most likely ones first.
  private var names: [String] {
    (rows?.names ?? []) + Subject.allCases.map(\.rawValue).filter { !$0.isEmpty }
      + PathTable.entries(of: .moment).map(\.field)
  }

  private var words: [String] {
    [Vocabulary.state, .level].flatMap { $0.words(in: trace) ?? [] } + Parser.reserved.sorted()
  }
}

extension Detector {
  static var stepIDs: [String] { steps.map(\.id) }
}
