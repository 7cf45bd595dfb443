#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where the boxes of a picture are.
public enum BoxSource: Hashable, Sendable {
  /// There are none to read.
  case none
  /// In a file of the same name beside the picture, if there is one: see `besides`.
  case beside
  /// In this file: COCO's JSON, Pascal VOC's XML or YOLO's text.
  case file(String)

  /// The files that may keep a picture's boxes without being named: of the picture's name with `.xml` or `.txt`, in its
  /// folder, in VOC's `Annotations` beside `JPEGImages`, and in YOLO's `labels` beside `images`.
  static func besides(_ picture: String) -> [String] {
    let stem = stem(picture)
    var paths = [stem + ".xml", stem + ".txt"]
    if let other = replacing("JPEGImages", with: "Annotations", in: stem) { paths.insert(other + ".xml", at: 1) }
    if let other = replacing("images", with: "labels", in: stem) { paths.append(other + ".txt") }
    return paths
  }

  /// The file to read; nil when there is none.
  func path(for picture: String) -> String? {
    switch self {
    case .none: nil
    case .file(let path): path
    case .beside: Self.besides(picture).first(where: Self.isFile)
    }
  }

  /// What is wrong with asking for boxes where no picture is opened; nil when nothing is.
  package func faultWithoutPicture(classes: String?) -> Fault? {
    let option: String
    switch self {
    case .file(let path): option = "--boxes \(path)"
    case .none, .beside:
      guard let classes else { return nil }
      option = "--classes \(classes)"
    }
    return Fault(
      .mismatch(found: "a scene, which has boxes of its own", wanted: "a picture, PNG or JPEG"), at: .init(option))
  }

  static func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// A path without the ending of its file's name.
  private static func stem(_ path: String) -> String {
    let name = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    guard let dot = path[name...].lastIndex(of: "."), dot > name else { return path }
    return String(path[..<dot])
  }

  /// The path with its last folder of one name called otherwise; nil where there is none.
  private static func replacing(_ folder: String, with other: String, in path: String) -> String? {
    var parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard let index = parts.dropLast().lastIndex(of: folder) else { return nil }
    parts[index] = other
    return parts.joined(separator: "/")
  }
}
