/// The words people read when something is wrong with what they gave: all of them stand here.
extension Fault: CustomStringConvertible {
  /// One line, without an end: `scene.yaml:5:9: objects[2].box: found 3 numbers, wanted x1, y1, x2, y2`.
  public var description: String { "\(place): \(problem)" }
}

extension Fault.Place: CustomStringConvertible {
  /// `source:line:column: field`, as much of it as is known.
  public var description: String {
    var words = Fault.printable(source, limit: 240)
    if let line {
      words += ":\(line)"
      if let column { words += ":\(column)" }
    }
    if let field, !field.isEmpty { words += ": " + Fault.printable(field, limit: 120) }
    return words
  }
}

extension Fault.Problem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missing(let wanted):
      "missing, wanted \(Fault.printable(wanted, limit: 300))"
    case .mismatch(let found, let wanted):
      "found \(Fault.printable(found, limit: 160)), wanted \(Fault.printable(wanted, limit: 300))"
    case .unknown(let kind, let name, let known):
      Self.unknownWords(kind: kind, name: name, known: known)
    case .file(let action, let reason):
      "can't \(Fault.printable(action, limit: 240)): \(Fault.printable(reason, limit: 240))"
    case .corrupt(let format, let reason):
      "not valid \(Fault.printable(format, limit: 60)): \(Fault.printable(reason, limit: 300))"
    case .tooLarge(let found, let limit):
      "too large: \(Fault.printable(found, limit: 160)); the limit is \(Fault.printable(limit, limit: 160))"
    }
  }

  private static func unknownWords(kind: String, name: String, known: [String]) -> String {
    // Of more than can be chosen from, the pictures of a data set say, a few show what they look like.
    let mostListed = known.count > 80 ? 8 : 80
    var words = "unknown \(Fault.printable(kind, limit: 60)) \(Fault.quoted(name))"
    if let nearest = Fault.nearest(to: name, in: known) {
      words += "; did you mean \(Fault.quoted(nearest))?"
    } else {
      words += "."
    }
    guard !known.isEmpty else { return words + " There are none to choose from" }
    let listed = known.prefix(mostListed).map { Fault.printable($0, limit: 60) }
    words += " Known: " + listed.joined(separator: ", ")
    if known.count > mostListed { words += " and \(known.count - mostListed) more" }
    return words
  }
}

extension Fault {
  /// Text from outside made safe to show: control and direction-changing characters become `\u{…}`, and
  /// what is longer than `limit` characters ends in `…`. A terminal obeys such characters, so nothing a
  /// file says may reach it raw.
  public static func printable(_ text: String, limit: Int) -> String {
    var shown = ""
    var count = 0
    for scalar in text.unicodeScalars {
      guard count < limit else { return shown + "…" }
      count += 1
      if isSafe(scalar) {
        shown.unicodeScalars.append(scalar)
      } else {
        shown += escape(scalar)
      }
    }
    return shown
  }

  /// A value from a user's file as a fault shows it: in quotes, safe to print, at most 60 characters.
  public static func quoted(_ text: String) -> String { "\"\(printable(text, limit: 60))\"" }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    default: "\\u{\(String(scalar.value, radix: 16))}"
    }
  }

  /// Whether text shows as it is, without any escape.
  static func isPrintable(_ text: String) -> Bool { text.unicodeScalars.allSatisfy(isSafe) }

  private static func isSafe(_ scalar: Unicode.Scalar) -> Bool {
    // The joiners do nothing to a terminal, and Persian, Hindi and emoji are spelt with them.
    if scalar == "\u{200C}" || scalar == "\u{200D}" { return true }
    return switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .surrogate: false
    default: true
    }
  }
}

extension Fault {
  /// The known name a mistyped one most likely means, or nil when none is near: at most a third of the
  /// letters differ. Upper and lower case count as the same letter; the first of equals wins.
  public static func nearest(to name: String, in known: [String]) -> String? {
    let longestName = 64
    let letters = Array(name.lowercased())
    guard !letters.isEmpty, letters.count <= longestName else { return nil }
    var best: (name: String, distance: Int)?
    for candidate in known where candidate.utf8.count <= 4 * longestName {
      let other = Array(candidate.lowercased())
      let distance = editDistance(letters, other)
      guard distance <= max(1, max(letters.count, other.count) / 3) else { continue }
      if distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    // A name of one or two letters is one edit away from everything: that is no hint.
    guard let best, best.distance < letters.count else { return nil }
    return best.name
  }

  /// Letters to add, drop, change or swap with their neighbour. O(a · b).
  private static func editDistance(_ a: [Character], _ b: [Character]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var cost = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
        row.append(cost)
      }
      beforeLast = last
      last = row
    }
    return last[b.count]
  }
}
