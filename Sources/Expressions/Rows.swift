import Traces

/// The rows of a list that a filter is asked about: in the filter, bare names are what each row has.
package struct Rows: Sendable {
  /// What a row is one of; nil for a list of something that no path names.
  package let subject: Subject?
  /// Which of the subject each row is.
  package let indices: [Int]
  /// What else a row shows, by name, each of as many entries as there are rows. They hide the subject's own.
  package let columns: [String: Outcome]

  package init(_ subject: Subject?, _ indices: [Int], columns: [String: Outcome] = [:]) {
    self.subject = subject
    self.indices = indices
    self.columns = columns
  }

  package var count: Int { indices.count }

  /// What a filter can name.
  package var names: [String] { columns.keys.sorted() + (subject.map(PathTable.fields) ?? []) }

  func has(_ name: String) -> Bool {
    columns[name] != nil || !name.isEmpty && subject.flatMap { PathTable.entry($0, name) } != nil
  }

  func type(of column: Outcome) -> ExpressionType {
    let isList = column.count != nil
    return switch column {
    case .numbers: .number.list(isList)
    case .booleans: .boolean.list(isList)
    case .texts: .text(.any).list(isList)
    }
  }
}
