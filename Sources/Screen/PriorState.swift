import Traces

/// What a prior came to be, in the detector's own words.
package typealias PriorState = StateLegend.State

extension StateLegend {
  /// The state of a code as a value of the trace holds it; nil for a code that the legend does not have.
  subscript(code: Double?) -> PriorState? { rank(of: code).map { states[$0] } }

  /// The place in the legend of a code: the most telling is 0.
  func rank(of code: Double?) -> Int? { code.flatMap { code in states.firstIndex { Double($0.code) == code } } }

  /// What a cell of several priors is shown as.
  func mostTelling(_ codes: some Sequence<Double>) -> PriorState? {
    codes.compactMap(rank).min().map { states[$0] }
  }

  /// The states with how many have each; one in between that none has is left out.
  func present(in codes: some Collection<Double>) -> [(state: PriorState, count: Int)] {
    states.map { state in (state, count(state, in: codes)) }
      .filter { $0.count > 0 || $0.state.kind != .between }
  }

  func count(_ state: PriorState, in codes: some Collection<Double>) -> Int {
    codes.count { $0 == Double(state.code) }
  }

  /// The state that a cell of a table names.
  func state(namedIn cells: [String]) -> PriorState? { states.first { cells.contains($0.text) } }
}

extension PriorState {
  var sign: String {
    if let ownSign { return String(ownSign) }
    return switch kind {
    case .positive: "+"
    case .between: "~"
    case .negative: "−"
    }
  }

  /// "+ positive".
  var text: String { "\(sign) \(name)" }

  func style(_ theme: Theme) -> Style {
    switch kind {
    case .positive: theme.positive
    case .between: theme.ignored
    case .negative: theme.negative
    }
  }
}
