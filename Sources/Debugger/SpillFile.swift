import Glibc
import Synchronization

/// A file without a name, which is gone with the process: numbers that would fill the memory are laid there.
package final class SpillFile: Sendable {
  /// A run of numbers in the file. Its room is given back with the last copy of it.
  package final class Piece: Sendable {
    private let file: SpillFile
    private let offset: Int
    package let bytes: Int

    fileprivate init(_ file: SpillFile, offset: Int, bytes: Int) {
      self.file = file
      self.offset = offset
      self.bytes = bytes
    }

    deinit { file.give(back: offset, bytes) }

    /// The lists as they were written. Nil when the file can't be read.
    package func read(_ counts: [Int]) -> [[Float]]? {
      var place = offset
      var lists: [[Float]] = []
      for count in counts {
        var isWhole = true
        lists.append(
          [Float](unsafeUninitializedCapacity: count) { buffer, filled in
            isWhole = file.read(UnsafeMutableRawBufferPointer(buffer.extracting(0..<count)), at: place)
            filled = isWhole ? count : 0
          })
        guard isWhole else { return nil }
        place += count * MemoryLayout<Float>.stride
      }
      return lists
    }
  }

  private struct Room {
    var end = 0
    /// Pieces given back, by their size: those of one run are all alike.
    var free: [Int: [Int]] = [:]

    mutating func take(_ bytes: Int) -> Int {
      if let offset = free[bytes]?.popLast() { return offset }
      defer { end += bytes }
      return end
    }
  }

  private let descriptor: Int32
  private let room = Mutex(Room())

  /// Nil where no file can be made. On a disk if there is one: `/tmp` often lies in memory.
  package init?() {
    let folders = ["/var/tmp", getenv("TMPDIR").map { String(cString: $0) }, "/tmp"].compactMap(\.self)
    guard let found = folders.lazy.compactMap(Self.nameless).first else { return nil }
    descriptor = found
  }

  private static func nameless(in folder: String) -> Int32? {
    var name = Array("\(folder)/boxstep-XXXXXX".utf8CString)
    let descriptor = mkstemp(&name)
    guard descriptor >= 0 else { return nil }
    unlink(name)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    return descriptor
  }

  deinit { close(descriptor) }

  /// Bytes, with those given back.
  package var size: Int { room.withLock { $0.end } }

  /// Nil when the file can't take it: the disk is full.
  package func write(_ lists: [[Float]]) -> Piece? {
    let bytes = lists.reduce(0) { $0 + $1.count } * MemoryLayout<Float>.stride
    let offset = room.withLock { $0.take(bytes) }
    // Its room is given back if what follows fails.
    let piece = Piece(self, offset: offset, bytes: bytes)
    var place = offset
    for list in lists {
      guard list.withUnsafeBytes({ write($0, at: place) }) else { return nil }
      place += list.count * MemoryLayout<Float>.stride
    }
    return piece
  }

  private func give(back offset: Int, _ bytes: Int) { room.withLock { $0.free[bytes, default: []].append(offset) } }

  private func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Bool {
    var done = 0
    while done < bytes.count {
      let count = pwrite(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset + done))
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return false }
      done += count
    }
    return true
  }

  private func read(_ bytes: UnsafeMutableRawBufferPointer, at offset: Int) -> Bool {
    var done = 0
    while done < bytes.count {
      let count = pread(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset + done))
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return false }
      done += count
    }
    return true
  }
}
