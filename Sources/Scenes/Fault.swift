/// What is wrong with something a person gave: where it lies, what was found, what was wanted.
///
/// Every error that input can cause is one of these; the words for it stand in `Fault+Words.swift`.
public struct Fault: Error, Hashable, Sendable {
  public var place: Place
  public var problem: Problem

  public init(_ problem: Problem, at place: Place) {
    self.place = place
    self.problem = problem
  }

  /// Where a fault lies. Any part may be unknown.
  public struct Place: Hashable, Sendable {
    /// A path as the user gave it, or the name of an option such as `--set`.
    public var source: String
    public var line: Int?
    public var column: Int?
    /// The way to the value inside the file: `objects[2].box`, or a tensor's name.
    public var field: String?

    public init(_ source: String, line: Int? = nil, column: Int? = nil, field: String? = nil) {
      self.source = source
      self.line = line
      self.column = column
      self.field = field
    }
  }

  public enum Problem: Hashable, Sendable {
    /// A required value is not there.
    case missing(wanted: String)
    /// A value is of the wrong kind, shape or range.
    case mismatch(found: String, wanted: String)
    /// A name nobody knows; `known` is what could have been meant.
    case unknown(kind: String, name: String, known: [String])
    /// A file can't be opened, read or written; `reason` is the system's.
    case file(action: String, reason: String)
    /// A file is not of its format, cut short, or not what it says.
    case corrupt(format: String, reason: String)
    /// More than boxstep takes.
    case tooLarge(found: String, limit: String)
  }
}
