/// How many colours there are to paint with.
package enum ColorDepth: Int, Hashable, Sendable, Comparable, CaseIterable {
  case none = 0
  case eight = 8
  case sixteen = 16
  case many256 = 256

  /// What fits a terminal of so many colours.
  package init(colorCount: Int) {
    self = Self.allCases.last { $0.rawValue <= colorCount } ?? .none
  }

  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

  /// No colour when `NO_COLOR` holds anything, see https://no-color.org; else all there are.
  package static func wanted(noColor: String?) -> ColorDepth {
    noColor.map(\.isEmpty) ?? true ? .many256 : .none
  }
}
