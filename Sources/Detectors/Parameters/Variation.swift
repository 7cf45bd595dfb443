/// How What-if may try other values of a parameter, and what it calls the size of a change. A detector that says so in
/// its table of parameters needs to say nothing more.
public enum Variation: Hashable, Sendable {
  /// How large a change from one number to another is.
  public enum Measure: Hashable, Sendable {
    /// |new − old|: thresholds and shares, which lie between 0 and 1.
    case difference
    /// |ln(new / old)|: sizes, ratios, radii and counts.
    case factor
  }

  /// Not tried: it decides nothing that one would ask for, or only with everything else.
  case fixed
  /// A number.
  ///
  /// - Parameter pulling: parameters that may not lie over this one, and go down with it.
  case number(Measure, pulling: [String] = [])
  /// Each number of a list by itself.
  ///
  /// - Parameters:
  ///   - isAscending: whether an element that would pass the one before it takes that along.
  ///   - canGrow: whether one more may be put in.
  case elements(Measure, isAscending: Bool = false, canGrow: Bool = false)
  /// Each of the other choices; on or off.
  case choices
}
