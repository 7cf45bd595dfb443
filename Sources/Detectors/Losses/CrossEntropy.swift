import Tensors

/// Cross entropy of one logit through the sigmoid: −y ln p − (1 − y) ln(1 − p), for any target y from 0 to 1.
///
/// Computed from the logit, so that it stays finite and exact where p rounds to 0 or 1.
package enum BinaryCrossEntropy {
  /// - Parameter target: 1 where the class is there, 0 where it is not, or a part, as centerness is.
  package static func evaluate(_ logit: Double, target: Double) -> (loss: Double, derivative: Double) {
    let loss = max(logit, 0) - logit * target + Exact.log1p(Exact.exp(-abs(logit)))
    // p − y, without taking numbers near 1 from each other.
    return (loss, (1 - target) * Exact.sigmoid(logit) - target * Exact.sigmoid(-logit))
  }
}

/// Cross entropy of a row of logits through the softmax: −ln p of the label, p = eˣ / Σ eˣ.
package enum SoftmaxCrossEntropy {
  package struct Term: Hashable, Sendable {
    package let loss: Double
    /// By each logit: p, less 1 at the label.
    package let gradient: [Double]
  }

  /// The loss of a row and its gradient. O(K).
  ///
  /// - Precondition: `label` is a place in the row.
  package static func evaluate<Row: RandomAccessCollection>(_ row: Row, label: Int) -> Term
  where Row.Element: BinaryFloatingPoint {
    var gradient: [Double] = []
    let loss = evaluate(row, label: label, gradient: &gradient)
    return Term(loss: loss, gradient: gradient)
  }

  /// As `evaluate(_:label:)`, into room that is used again from row to row.
  package static func evaluate<Row: RandomAccessCollection>(
    _ row: Row, label: Int, gradient: inout [Double]
  ) -> Double where Row.Element: BinaryFloatingPoint {
    precondition(label >= 0 && label < row.count, "the label is a place in the row")
    let most = exponentials(row, into: &gradient)
    var sum = 0.0
    var others = 0.0
    var wrong = 0.0
    for (k, e) in gradient.enumerated() {
      sum += e
      if k != most { others += e }
      if k != label { wrong += e }
    }
    for k in gradient.indices { gradient[k] /= sum }
    gradient[label] = -wrong / sum
    // ln Σ eˣ is the largest x and the rest of the sum: with little rest, log1p keeps what 1 + rest would lose.
    let largest = Double(row[row.index(row.startIndex, offsetBy: most)])
    let own = Double(row[row.index(row.startIndex, offsetBy: label)])
    return largest - own + Exact.log1p(others)
  }

  /// p of every place of a row.
  package static func probabilities<Row: RandomAccessCollection>(_ row: Row) -> [Double]
  where Row.Element: BinaryFloatingPoint {
    var result: [Double] = []
    _ = exponentials(row, into: &result)
    let sum = result.reduce(0, +)
    return result.map { $0 / sum }
  }

  /// eˣ over the largest eˣ, which is 1; returns its place.
  private static func exponentials<Row: RandomAccessCollection>(_ row: Row, into result: inout [Double]) -> Int
  where Row.Element: BinaryFloatingPoint {
    result.removeAll(keepingCapacity: true)
    var most = 0
    for x in row {
      result.append(Double(x))
      if result[result.count - 1] > result[most] { most = result.count - 1 }
    }
    guard let largest = result.isEmpty ? nil : result[most] else { return 0 }
    for k in result.indices { result[k] = Exact.exp(result[k] - largest) }
    return most
  }
}
