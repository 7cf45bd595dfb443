import Boxes
import Detectors
import Traces

/// The loss lab: boxes, a probability, or anchors that one changes by keys while every loss follows.
package struct LabState: Sendable {
  package enum Page: Int, Hashable, Sendable, CaseIterable {
    case boxes
    case probability
    case anchors
  }

  package internal(set) var page = Page.boxes
  package internal(set) var boxes: LabBoxes
  package internal(set) var probability = LabProbability()
  package internal(set) var anchors: LabAnchors
  package internal(set) var showsHelp = false
  package internal(set) var helpLine = 0
  package internal(set) var isClosed = false
  package var appearance: Appearance

  /// - Parameters:
  ///   - pair: the boxes to begin with; nil for the first example.
  ///   - trace: whose anchors the third page shows; nil for a sample.
  package init(pair: (box: Box, gt: Box)? = nil, trace: Trace? = nil, appearance: Appearance = Appearance()) {
    let scene = trace?.scene
    boxes = LabBoxes(pair: pair, width: scene?.width, height: scene?.height)
    anchors = LabAnchors(trace: trace)
    self.appearance = appearance
  }

  /// The state after an action. Pure.
  package func reduce(_ action: LabAction) -> LabState {
    var next = self
    if showsHelp {
      next.reduceHelp(action)
      return next
    }
    switch action {
    case .close: next.isClosed = true
    case .help: next.showsHelp = true
    case .turnPage(let count):
      let pages = Page.allCases.count
      let wanted = (page.rawValue + count.clamped(to: -pages...pages)) % pages
      next.page = Page(rawValue: (wanted + pages) % pages) ?? page
    case .page(let page): next.page = page
    default:
      switch page {
      case .boxes: next.boxes.reduce(action)
      case .probability: next.probability.reduce(action)
      case .anchors: next.anchors.reduce(action)
      }
    }
    return next
  }

  private mutating func reduceHelp(_ action: LabAction) {
    switch action {
    case .close, .help:
      showsHelp = false
      helpLine = 0
    case .move(.down): helpLine = min(helpLine + 1, LabHelp.lines(page).count - 1)
    case .move(.up): helpLine = max(0, helpLine - 1)
    default: break
    }
  }
}

/// What the user of the lab wants. What an action changes depends on the page.
package enum LabAction: Hashable, Sendable {
  case page(LabState.Page)
  case turnPage(Int)
  /// The box, the probability, the row.
  case move(Action.Direction)
  case resize(Action.Direction)
  /// Whether the arrows move or size.
  case grip
  /// Which box the arrows are for.
  case hold
  /// The next loss, or the next choice of examples.
  case choose(Int)
  /// The rate, α, or γ.
  case adjust(Int)
  /// Whose arithmetic; whether the class is there; which loss the anchors are weighted by.
  case turn
  /// Another pair, another probability, another sample.
  case example(Int)
  case help
  case close
}
