import Foundation
import Scenes
import Screen

/// A reel in one of the formats.
package enum Export {
  /// The steps of a reel in one file.
  ///
  /// - Throws: a fault where the machine lacks what the format needs.
  package static func bytes(of reel: Reel, as format: ExportFormat) throws(Fault) -> [UInt8] {
    switch format {
    case .txt: Array(TextExport.text(reel).utf8)
    case .cast: Array(try CastExport.text(reel).utf8)
    case .html: Array(try Page(reel).text.utf8)
    case .svg: try CanvasPicture.svg(onlyFrame(of: reel).state, title: title(of: reel))
    case .png: try CanvasPicture.png(onlyFrame(of: reel).state)
    }
  }

  private static func onlyFrame(of reel: Reel) throws(Fault) -> Frame {
    guard let frame = reel.frames.first, reel.frames.count == 1 else {
      throw Fault(
        .mismatch(found: "\(reel.frames.count) steps", wanted: "one for a picture"), at: Fault.Place("--step"))
    }
    return frame
  }

  /// What a picture shows, in words.
  private static func title(of reel: Reel) -> String {
    guard let frame = reel.frames.first else { return reel.title }
    return "\(reel.title): \(frame.title). \(frame.state.exhibit.headline)"
  }

  /// Writes a reel. Whatever can go wrong in drawing has gone wrong before the first byte is written; a file takes its
  /// name when it is whole.
  ///
  /// - Returns: the files that were written.
  @discardableResult
  package static func write(
    _ reel: Reel, as format: ExportFormat, to destination: Destination
  ) throws(Fault) -> [String] {
    switch destination {
    case .standardOutput:
      let bytes = try bytes(of: reel, as: format)
      do {
        try FileHandle.standardOutput.write(contentsOf: Data(bytes))
      } catch {
        throw Fault(.file(action: "write", reason: "\(error)"), at: Fault.Place("standard output"))
      }
      return []
    case .file(let path):
      try InputFile.write(bytes(of: reel, as: format), to: path)
      return [path]
    case .folder(let path):
      var files: [(path: String, bytes: [UInt8])] = []
      for frame in reel.frames {
        var one = reel
        one.frames = [frame]
        files.append(("\(path)/\(name(of: frame, in: reel)).\(format.rawValue)", try bytes(of: one, as: format)))
      }
      try makeFolder(path)
      for file in files { try InputFile.write(file.bytes, to: file.path) }
      return files.map(\.path)
    }
  }

  /// "slender-07-match".
  static func name(of frame: Frame, in reel: Reel) -> String {
    let digits = max(2, String(reel.count).count)
    let number = String(frame.number)
    let padded = String(repeating: "0", count: max(0, digits - number.count)) + number
    return [reel.name, padded, frame.id].map(safe).joined(separator: "-")
  }

  /// Text that is a part of a file's name anywhere.
  private static func safe(_ text: String) -> String {
    let kept = text.map { $0.isLetter || $0.isNumber || "-_".contains($0) ? $0 : "-" }
    return String(kept.prefix(80))
  }

  private static func makeFolder(_ path: String) throws(Fault) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      var isFolder: ObjCBool = false
      let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      let reason = isThere && !isFolder.boolValue ? "a file of that name is there" : error.localizedDescription
      throw Fault(.file(action: "make the folder", reason: reason), at: Fault.Place("--output \(path)"))
    }
  }
}
