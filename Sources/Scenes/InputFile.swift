#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Whole files in and out, with a limit on what is taken and typed faults.
public enum InputFile {
  /// The bytes of a file.
  ///
  /// Regular files and pipes are read; a directory or a device is refused, so that `/dev/zero` can't fill
  /// the memory.
  ///
  /// - Throws: `Fault.Problem.file` when it can't be opened or read, `.tooLarge` beyond `limit` bytes.
  public static func read(_ path: String, limit: Int) throws(Fault) -> [UInt8] {
    // A NUL would silently cut the path short on its way into C.
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw Fault(.mismatch(found: Fault.quoted(path), wanted: "the path of a file"), at: .init(path))
    }
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
    guard file >= 0 else { throw failure("read", path) }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw failure("read", path) }
    try check(mode: status.st_mode & S_IFMT, path)
    let size = Int(status.st_size)
    guard size <= limit else { throw tooLarge("\(size) bytes", limit: limit, path) }
    return try readAll(file, expecting: size, limit: limit, path)
  }

  /// Writes a file, replacing what was there. The bytes go to a file beside it that takes its name only
  /// when it is whole, so that a full disk or a killed process leaves what was there before.
  public static func write(_ bytes: [UInt8], to path: String) throws(Fault) {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw Fault(.mismatch(found: Fault.quoted(path), wanted: "the path of a file"), at: .init(path))
    }
    var status = stat()
    let exists = stat(path, &status) == 0
    // A device or a pipe has no whole to wait for.
    if exists, status.st_mode & S_IFMT != S_IFREG { return try write(bytes, through: path, creating: 0) }
    let temporary = "\(path).\(getpid()).part"
    do throws(Fault) {
      try write(bytes, through: temporary, creating: O_CREAT | O_TRUNC)
    } catch {
      unlink(temporary)
      throw Fault(error.problem, at: .init(path))
    }
    guard rename(temporary, path) == 0 else {
      let fault = failure("write", path)
      unlink(temporary)
      throw fault
    }
  }

  /// Writes a file that is not there yet.
  ///
  /// - Throws: a fault where it is.
  public static func create(_ bytes: [UInt8], at path: String) throws(Fault) {
    var status = stat()
    if stat(path, &status) == 0 {
      throw Fault(.mismatch(found: "a file that is there already", wanted: "a new one"), at: .init(path))
    }
    try write(bytes, to: path)
  }

  private static func write(_ bytes: [UInt8], through path: String, creating flags: Int32) throws(Fault) {
    let file = open(path, O_WRONLY | O_CLOEXEC | flags, 0o644)
    guard file >= 0 else { throw failure("write", path) }
    var start = 0
    while start < bytes.count {
      let written = bytes[start...].withUnsafeBytes { rawWrite(file, $0) }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else {
        let fault = failure("write", path)
        close(file)
        throw fault
      }
      start += written
    }
    // A full disk may only be reported here.
    guard close(file) == 0 else { throw failure("write", path) }
  }

  private static func rawWrite(_ file: Int32, _ buffer: UnsafeRawBufferPointer) -> Int {
    #if canImport(Darwin)
      Darwin.write(file, buffer.baseAddress, buffer.count)
    #elseif canImport(Musl)
      Musl.write(file, buffer.baseAddress, buffer.count)
    #else
      Glibc.write(file, buffer.baseAddress, buffer.count)
    #endif
  }

  private static func check(mode: mode_t, _ path: String) throws(Fault) {
    let reason: String
    switch mode {
    case S_IFREG, S_IFIFO: return
    case S_IFDIR: reason = "it is a directory"
    default: reason = "it is not a regular file"
    }
    throw Fault(.file(action: "read", reason: reason), at: .init(path))
  }

  private static func readAll(
    _ file: Int32, expecting size: Int, limit: Int, _ path: String
  ) throws(Fault) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(max(0, size) + 1)
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = chunk.withUnsafeMutableBytes { rawRead(file, $0) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure("read", path) }
      guard count > 0 else { return bytes }
      bytes += chunk[..<count]
      guard bytes.count <= limit else { throw tooLarge("more than \(limit) bytes", limit: limit, path) }
    }
  }

  private static func rawRead(_ file: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
    #if canImport(Darwin)
      Darwin.read(file, buffer.baseAddress, buffer.count)
    #elseif canImport(Musl)
      Musl.read(file, buffer.baseAddress, buffer.count)
    #else
      Glibc.read(file, buffer.baseAddress, buffer.count)
    #endif
  }

  private static func failure(_ action: String, _ path: String) -> Fault {
    let reason = strerror(errno).map { String(cString: $0) } ?? "unknown error"
    return Fault(.file(action: action, reason: reason), at: .init(path))
  }

  private static func tooLarge(_ found: String, limit: Int, _ path: String) -> Fault {
    Fault(.tooLarge(found: found, limit: "\(limit) bytes"), at: .init(path))
  }
}
