import Foundation

/// Works out the arithmetic of an explanation as a reader would: from its text alone, knowing nothing of
/// how boxstep made it.
///
/// `+ − · / ^`, parentheses, and √ ln exp abs min max of arguments in parentheses. A minus before a power
/// belongs to the whole power, as on paper.
public struct Evaluator {
  public struct Failure: Error, CustomStringConvertible {
    public let description: String
  }

  private let characters: [Character]
  private var place = 0

  private init(_ text: String) { characters = text.filter { $0 != " " } }

  public static func evaluate(_ text: String) throws -> Double {
    var evaluator = Evaluator(text)
    let value = try evaluator.sum()
    guard evaluator.next == nil else { throw evaluator.failure("left over") }
    return value
  }

  private var next: Character? { place < characters.count ? characters[place] : nil }

  private func failure(_ words: String) -> Failure {
    Failure(description: "\(words) at \(place) of \(String(characters))")
  }

  private mutating func take(_ wanted: Character...) -> Character? {
    guard let next, wanted.contains(next) else { return nil }
    place += 1
    return next
  }

  private mutating func sum() throws -> Double {
    var value = try product()
    while let sign = take("+", "−", "-") {
      let term = try product()
      value = sign == "+" ? value + term : value - term
    }
    return value
  }

  private mutating func product() throws -> Double {
    var value = try signed()
    while let sign = take("·", "/") {
      let factor = try signed()
      value = sign == "·" ? value * factor : value / factor
    }
    return value
  }

  private mutating func signed() throws -> Double {
    if take("−", "-") != nil { return try -signed() }
    let base = try atom()
    guard take("^") != nil else { return base }
    return Foundation.pow(base, try signed())
  }

  private mutating func atom() throws -> Double {
    guard let next else { throw failure("nothing") }
    if next == "(" { return try parenthesised().first ?? .nan }
    if next.isNumber || next == "." { return try number() }
    if next == "∞" {
      place += 1
      return .infinity
    }
    return try call()
  }

  private mutating func parenthesised() throws -> [Double] {
    guard take("(") != nil else { throw failure("no (") }
    var values = [try sum()]
    while take(",") != nil { values.append(try sum()) }
    guard take(")") != nil else { throw failure("no )") }
    return values
  }

  private mutating func number() throws -> Double {
    var text = ""
    while let next, next.isNumber || ".e".contains(next) || (text.last == "e" && "+-−".contains(next)) {
      text.append(next == "−" ? "-" : next)
      place += 1
    }
    guard let value = Double(text) else { throw failure("\(text) is no number") }
    return value
  }

  private mutating func call() throws -> Double {
    var name = ""
    while let next, next != "(" {
      name.append(next)
      place += 1
    }
    let x = try parenthesised()
    switch (name, x.count) {
    case ("√", 1): return x[0].squareRoot()
    case ("ln", 1): return Foundation.log(x[0])
    case ("exp", 1): return Foundation.exp(x[0])
    case ("abs", 1): return Swift.abs(x[0])
    case ("min", 2...): return x.min() ?? .nan
    case ("max", 2...): return x.max() ?? .nan
    default: throw failure("\(name) of \(x.count) is no function")
    }
  }
}
