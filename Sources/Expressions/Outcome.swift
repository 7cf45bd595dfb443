import Traces

/// One of a thing, or a list with one for each of several.
package enum Batch<Element: Sendable>: Sendable {
  case one(Element)
  case many([Element])

  /// What there is, in order.
  package var all: [Element] {
    switch self {
    case .one(let element): [element]
    case .many(let list): list
    }
  }

  package var one: Element? { if case .one(let element) = self { element } else { nil } }

  func map<Result>(_ change: (Element) -> Result) -> Batch<Result> {
    switch self {
    case .one(let element): .one(change(element))
    case .many(let list): .many(list.map(change))
    }
  }

  /// Element by element; one goes with each of many. Nil when two lists are of different lengths.
  func combined<Other, Result>(with other: Batch<Other>, _ combine: (Element, Other) -> Result) -> Batch<Result>? {
    switch (self, other) {
    case (.one(let a), .one(let b)): .one(combine(a, b))
    case (.one(let a), .many(let list)): .many(list.map { combine(a, $0) })
    case (.many(let list), .one(let b)): .many(list.map { combine($0, b) })
    case (.many(let a), .many(let b)): a.count == b.count ? .many(zip(a, b).map { combine($0, $1) }) : nil
    }
  }
}

/// What an expression comes to.
package enum Outcome: Sendable {
  case numbers(Batch<Double>)
  case booleans(Batch<Bool>)
  case texts(Batch<String>)

  /// A single number; nil for anything else.
  package var number: Double? { if case .numbers(.one(let number)) = self { number } else { nil } }
  package var boolean: Bool? { if case .booleans(.one(let boolean)) = self { boolean } else { nil } }
  package var text: String? { if case .texts(.one(let text)) = self { text } else { nil } }

  /// Nil for a single thing.
  package var count: Int? {
    switch self {
    case .numbers(.many(let list)): list.count
    case .booleans(.many(let list)): list.count
    case .texts(.many(let list)): list.count
    default: nil
    }
  }

  /// Element by element, whether it is another than before; what was not there before is another.
  func differences(from before: Outcome) -> Batch<Bool>? {
    switch (self, before) {
    // NaN stays NaN.
    case (.numbers(let a), .numbers(let b)): Self.differences(a, b) { $0 != $1 && !($0.isNaN && $1.isNaN) }
    case (.booleans(let a), .booleans(let b)): Self.differences(a, b, by: !=)
    case (.texts(let a), .texts(let b)): Self.differences(a, b, by: !=)
    default: nil
    }
  }

  private static func differences<T>(_ now: Batch<T>, _ before: Batch<T>, by differ: (T, T) -> Bool) -> Batch<Bool> {
    switch (now, before) {
    case (.one(let a), .one(let b)): .one(differ(a, b))
    default:
      .many(
        now.all.enumerated().map { index, element in
          !before.all.indices.contains(index) || differ(element, before.all[index])
        })
    }
  }
}

extension Outcome: CustomStringConvertible {
  /// "0.487", "true", "ignored"; of a list the first eight and how many there are.
  package var description: String {
    switch self {
    case .numbers(let batch): Self.text(batch) { Number.text($0, digits: 6) }
    case .booleans(let batch): Self.text(batch) { $0 ? "true" : "false" }
    case .texts(let batch): Self.text(batch) { $0 }
    }
  }

  private static func text<T>(_ batch: Batch<T>, _ word: (T) -> String) -> String {
    switch batch {
    case .one(let element): word(element)
    case .many(let list):
      list.count <= 8
        ? "[\(list.map(word).joined(separator: ", "))]"
        : "[\(list.prefix(8).map(word).joined(separator: ", ")), …] (\(Number.count(list.count)))"
    }
  }
}
