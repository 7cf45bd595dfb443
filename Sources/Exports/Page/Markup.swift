import Traces

/// Markup that is well formed, as HTML and as XML: what is put in as text or as an attribute is escaped.
struct Markup {
  let source: String

  private init(_ source: String) { self.source = source }

  static let nothing = Markup("")

  static func text(_ text: String) -> Markup { Markup(escaped(text)) }

  static func element(
    _ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ content: [Markup] = []
  ) -> Markup {
    let words = attributes.map { " \($0.key)=\"\(escaped($0.value))\"" }.joined()
    if isVoid(name) { return Markup("<\(name)\(words)/>") }
    return Markup("<\(name)\(words)>\(content.map(\.source).joined())</\(name)>")
  }

  static func element(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ text: String) -> Markup {
    element(name, attributes, [.text(text)])
  }

  /// A style sheet, a script or data, which are not escaped in HTML; `comment` begins and ends what hides the marks of
  /// XML from them.
  static func raw(
    _ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ content: String,
    comment: (start: String, end: String)
  ) -> Markup {
    let words = attributes.map { " \($0.key)=\"\(escaped($0.value))\"" }.joined()
    let (start, end) = comment
    return Markup("<\(name)\(words)>\(start)<![CDATA[\(end)\n\(content)\n\(start)]]>\(end)</\(name)>")
  }

  /// Data for a script: no text in it can end the element that holds it.
  static func data(id: String, json: String) -> Markup {
    let safe = json.replacing("<", with: "\\u003c").replacing(">", with: "\\u003e").replacing("&", with: "\\u0026")
    return Markup("<script type=\"application/json\" id=\"\(escaped(id))\">\(safe)</script>")
  }

  private static func isVoid(_ name: String) -> Bool { ["meta", "input", "br", "hr", "img", "link"].contains(name) }

  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\n", "\t": result.unicodeScalars.append(scalar)
      // Neither HTML nor XML takes other characters of control.
      case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value): result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

/// Numbers as SVG takes them: two decimals, none of them needless.
enum Coordinate {
  static func text(_ number: Double) -> String {
    guard number.isFinite else { return "0" }
    let hundredths = Int((min(max(number, -1e6), 1e6) * 100).rounded())
    let (whole, rest) = (abs(hundredths) / 100, abs(hundredths) % 100)
    let sign = hundredths < 0 ? "-" : ""
    if rest == 0 { return "\(sign)\(whole)" }
    return "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest % 10 == 0 && rest >= 10 ? rest / 10 : rest)"
  }
}

extension DefaultStringInterpolation {
  /// A number as SVG takes it.
  mutating func appendInterpolation(svg number: Double) { appendLiteral(Coordinate.text(number)) }
}
