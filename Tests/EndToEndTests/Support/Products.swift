import Glibc

/// The executables that were built with the tests, which lie beside them.
enum Products {
  static var directory: String {
    let path = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
      guard let base = buffer.baseAddress else { return }
      count = max(0, readlink("/proc/self/exe", base, buffer.count))
    }
    return String(decoding: path.prefix(upTo: path.lastIndex(of: UInt8(ascii: "/")) ?? 0), as: UTF8.self)
  }

  static func path(_ name: String) -> String { directory + "/" + name }
}
