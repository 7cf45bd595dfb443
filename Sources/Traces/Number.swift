/// How boxstep writes numbers.
public enum Number {
  /// The shortest text of a number at a number of significant digits: "0.487", "1.2e-05", "−3".
  public static func text(_ number: Double, digits: Int = 4) -> String {
    guard number.isFinite else {
      return number.isNaN ? "NaN" : number > 0 ? "∞" : "−∞"
    }
    guard number != 0 else { return "0" }
    let magnitude = abs(number)
    let sign = number < 0 ? "−" : ""
    if magnitude >= 1e-4 && magnitude < 1e7 { return sign + plain(magnitude, digits: digits) }
    var exponent = 0
    var mantissa = magnitude
    while mantissa >= 10 { mantissa /= 10; exponent += 1 }
    while mantissa < 1 { mantissa *= 10; exponent -= 1 }
    var text = plain(mantissa, digits: digits)
    if text == "10" { text = "1"; exponent += 1 }
    return "\(sign)\(text)e\(exponent)"
  }

  /// A number with a fixed count of decimals: "0.50".
  public static func fixed(_ number: Double, decimals: Int) -> String {
    guard number.isFinite, abs(number) < 1e15 else { return text(number) }
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let scaled = (abs(number) * scale).rounded()
    guard scaled < 9e18 else { return text(number) }
    let whole = UInt64(scaled)
    let sign = number < 0 && whole > 0 ? "−" : ""
    guard decimals > 0 else { return "\(sign)\(whole)" }
    let digits = String(whole)
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    return "\(sign)\(padded.dropLast(decimals)).\(padded.suffix(decimals))"
  }

  /// A count with thousands set apart: "3,911".
  public static func count(_ number: Int) -> String {
    let digits = Array(String(abs(number)))
    var text = number < 0 ? "−" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }

  /// A count of things: "1 anchor", "3,911 anchors".
  public static func plural(_ number: Int, _ noun: String) -> String {
    "\(count(number)) \(noun)\(number == 1 ? "" : "s")"
  }

  private static func plain(_ magnitude: Double, digits: Int) -> String {
    var before = 1
    var limit = 10.0
    while magnitude >= limit { before += 1; limit *= 10 }
    var leading = 0
    if magnitude < 1 {
      var small = magnitude
      while small < 0.1 { small *= 10; leading += 1 }
      before = 0
    }
    let decimals = max(0, digits - before + leading)
    let text = fixed(magnitude, decimals: decimals)
    guard text.contains(".") else { return text }
    var trimmed = Substring(text)
    while trimmed.hasSuffix("0") { trimmed.removeLast() }
    if trimmed.hasSuffix(".") { trimmed.removeLast() }
    return String(trimmed)
  }
}
