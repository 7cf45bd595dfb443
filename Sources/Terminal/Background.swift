import Screen

extension Appearance.Background {
  /// What a terminal answers that is asked for its background: `11;rgb:ffff/ffff/ffff`, with one to four hexadecimal
  /// digits a channel. Nil for anything else.
  package init?(answer: String) {
    let parts = answer.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0] == "11;rgb" || parts[0] == "11;rgba" else { return nil }
    let channels = parts[1].split(separator: "/", omittingEmptySubsequences: false).prefix(3).compactMap { digits in
      // A sign would be read as a part of the number.
      (1...4).contains(digits.count) && digits.allSatisfy(\.isHexDigit)
        ? UInt32(digits, radix: 16).map { Double($0) / most(of: digits.count) } : nil
    }
    guard channels.count == 3 else { return nil }
    func most(of digits: Int) -> Double { Double((1 << (4 * digits)) - 1) }
    let brightness = 0.299 * channels[0] + 0.587 * channels[1] + 0.114 * channels[2]
    self = brightness > 0.5 ? .light : .dark
  }
}
