/// Whether two numbers agree, relative to the second or absolutely. Equal infinities do, NaN never does.
public func close(
  _ found: Double, _ wanted: Double, relative: Double = 1e-4, absolute: Double = 0
) -> Bool {
  found == wanted || abs(found - wanted) <= relative * abs(wanted) + absolute
}

/// Where two lists disagree most beyond the tolerance, in words; nil when they agree.
///
/// The tolerance is relative to each number, and absolute.
public func difference(
  _ found: [Double], _ wanted: [Double], relative: Double = 1e-4, absolute: Double = 0
) -> String? {
  guard found.count == wanted.count else { return "\(found.count) numbers, wanted \(wanted.count)" }
  var worst: (index: Int, excess: Double)?
  for i in found.indices where !close(found[i], wanted[i], relative: relative, absolute: absolute) {
    let excess = abs(found[i] - wanted[i]) / (relative * abs(wanted[i]) + absolute)
    // NaN is worse than any number.
    if !(excess <= worst?.excess ?? -1) { worst = (i, excess) }
  }
  return worst.map { "element \($0.index): found \(found[$0.index]), wanted \(wanted[$0.index])" }
}

public func difference(
  _ found: [Float], _ wanted: [Float], relative: Double = 1e-4, absolute: Double = 0
) -> String? {
  difference(found.map(Double.init), wanted.map(Double.init), relative: relative, absolute: absolute)
}

/// The first place where two lists differ in a bit; nil when they are the same.
public func bitDifference(_ found: [Float], _ wanted: [Float]) -> String? {
  guard found.count == wanted.count else { return "\(found.count) numbers, wanted \(wanted.count)" }
  return found.indices.first { found[$0].bitPattern != wanted[$0].bitPattern }
    .map { "element \($0): found \(found[$0]), wanted \(wanted[$0])" }
}
