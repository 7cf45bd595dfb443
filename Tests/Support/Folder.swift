import Foundation

/// Files that lie beside a test's source.
public struct Folder {
  private let path: String

  /// The folder of a name beside the given source file.
  public init(_ name: String, beside source: String = #filePath) {
    path = URL(fileURLWithPath: source).deletingLastPathComponent().appendingPathComponent(name).path
  }

  public subscript(file: String) -> String { "\(path)/\(file)" }
}
