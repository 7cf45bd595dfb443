import Traces

/// A value that expressions can name: the one place from which evaluation, completion and the page of
/// `boxstep list expressions` are made.
package struct PathEntry: Sendable {
  package let subject: Subject
  /// What follows the subject; empty for the subject alone.
  package let field: String
  /// Of one element, where the subject is a list. For `param.NAME` it is the parameter's own.
  package let type: ExpressionType
  /// "px", "IoU"; empty for counts, names and what has none.
  package let unit: String
  package let meaning: String
  /// An expression with it.
  package let example: String
  let read: @Sendable (Reading) throws(Absence) -> Column

  /// "gt[i].max_iou", "level[P4].positives", "iteration".
  package var spelling: String { subject.spelling(field) }

  init(
    _ subject: Subject, _ field: String, of type: ExpressionType = .number, unit: String = "", _ meaning: String,
    example: String, _ read: @escaping @Sendable (Reading) throws(Absence) -> Column
  ) {
    self.subject = subject
    self.field = field
    self.type = type
    self.unit = unit
    self.meaning = meaning
    self.example = example
    self.read = read
  }

  /// What the path comes to without an index.
  var whole: ExpressionType { subject.isList ? type.list() : type }

  /// The column; empty, and nothing read, where there are none of the subject.
  func column(_ reading: Reading) throws(Absence) -> Column {
    guard subject.isList, try subject.count(reading) == 0 else { return try read(reading) }
    return switch type.kind {
    case .number: .numbers(0) { _ in .nan }
    case .boolean: .booleans(0) { _ in false }
    case .text: .texts(0) { _ in "" }
    }
  }
}

package enum PathTable {
  /// Every path, by subject.
  package static let entries: [PathEntry] =
    moment + gts + anchors + levels + bags + regions + detections + hazards

  private static let bySubject = Dictionary(grouping: entries, by: \.subject)

  package static func entries(of subject: Subject) -> [PathEntry] { bySubject[subject] ?? [] }

  static func entry(_ subject: Subject, _ field: String) -> PathEntry? {
    bySubject[subject]?.first { $0.field == field }
  }

  /// The fields of a subject, for a fault that lists them.
  static func fields(of subject: Subject) -> [String] {
    entries(of: subject).map(\.field).filter { !$0.isEmpty }
  }

  /// The four corners and the sides of boxes.
  static func boxes(
    _ subject: Subject, example: String, _ read: @escaping @Sendable (Reading, BoxPart) throws(Absence) -> Column
  ) -> [PathEntry] {
    BoxPart.allCases.map { part in
      PathEntry(
        subject, part.rawValue, unit: part.unit, part.meaning,
        example: example.replacing("PART", with: part.rawValue)
      ) { reading throws(Absence) in try read(reading, part) }
    }
  }

  static func indices(_ subject: Subject, _ meaning: String, example: String) -> PathEntry {
    PathEntry(subject, "", meaning, example: example) { reading throws(Absence) in
      .numbers(try subject.count(reading)) { Double($0) }
    }
  }
}
