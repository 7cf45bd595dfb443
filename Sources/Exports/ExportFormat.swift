import Scenes

/// What a reel can leave the terminal as.
package enum ExportFormat: String, CaseIterable, Sendable {
  case txt
  case svg
  case png
  case html
  case cast

  /// Whether a file holds one step.
  package var holdsOneStep: Bool { self == .svg || self == .png }

  /// Whether it can be shown by a terminal.
  package var isText: Bool { self != .png }

  static var names: String { "txt, svg, png, html or cast" }
}

/// Where an export goes.
package enum Destination: Hashable, Sendable {
  case standardOutput
  case file(String)
  /// A file for each step.
  case folder(String)

  /// The format and the place that options name; a file's ending names its format.
  ///
  /// - Parameters:
  ///   - isWhole: whether there is more than one step.
  ///   - isFolder: whether `output` is a folder that is there.
  package static func find(
    format: ExportFormat?, output: String?, isWhole: Bool, isFolder: (String) -> Bool
  ) throws(Fault) -> (format: ExportFormat, destination: Destination) {
    let ending = output.flatMap { $0.split(separator: ".").last }.map { $0.lowercased() }
    let named = output?.contains(".") == true ? ending.flatMap(ExportFormat.init) : nil
    let folder = output.map(isFolder) ?? false
    if let format, let named, !folder, format != named {
      throw Fault(
        .mismatch(found: "--format \(format.rawValue)", wanted: "\(named.rawValue), as the name ends so"),
        at: Fault.Place("--output \(output ?? "")"))
    }
    guard let format = format ?? (folder ? nil : named) else {
      throw Fault(
        .missing(wanted: "\(ExportFormat.names), or an --output whose name ends so"), at: Fault.Place("--format"))
    }
    guard let output else {
      guard !format.holdsOneStep || !isWhole else {
        throw Fault(.missing(wanted: "a folder for a file a step, or one step by --step"), at: Fault.Place("--output"))
      }
      return (format, .standardOutput)
    }
    guard format.holdsOneStep else { return (format, .file(output)) }
    if folder { return (format, .folder(output)) }
    guard isWhole else { return (format, .file(output)) }
    guard named == nil else {
      throw Fault(
        .mismatch(found: "a single file", wanted: "a folder for a file a step, or one step by --step"),
        at: Fault.Place("--output \(output)"))
    }
    return (format, .folder(output))
  }
}
