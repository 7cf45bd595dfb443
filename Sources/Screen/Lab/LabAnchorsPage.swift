import Detectors
import Traces

extension LabAnchors {
  var headline: String {
    guard let positive = weights.group(.positive), positive.count > 0 else {
      return "Anchors of \(pool.title): none is positive, so all the loss is of negatives."
    }
    let (plain, focal) = (Self.percent(positive.crossEntropyShare), Self.percent(positive.focalShare))
    return isSwitched
      ? "After the switch to focal: of the loss of \(pool.title) the positives now carry \(focal); under cross entropy it was \(plain)."
      : "Cross entropy counts all anchors alike: of the loss of \(pool.title) the positives carry \(plain). Under focal it would be \(focal)."
  }

  static func percent(_ share: Double) -> String {
    let percent = share * 100
    return percent > 0 && percent < 0.1 ? "under 0.1%" : "\(Number.text(percent, digits: percent < 1 ? 1 : 3))%"
  }
}

extension ExampleWeights.Kind {
  var title: String {
    switch self {
    case .positive: "positive"
    case .mistaken: "negative, p_t < 0.5"
    case .unsure: "negative, p_t < 0.9"
    case .easy: "negative, p_t ≥ 0.9"
    }
  }

  var sign: String { self == .positive ? "+" : "−" }
}

extension ExampleWeights.Mining {
  var title: String {
    switch self {
    case .threeNegatives: "every positive, 3 negatives for each"
    case .hardest128: "OHEM: the 128 that cost most, after NMS"
    case .share: "the 70% that cost most"
    case .all: "every one: no mining at all"
    }
  }
}

/// Who counts for how much under three losses, and the anchors by what they cost.
struct LabAnchorsPage {
  let lab: LabAnchors

  func draw(in rect: Rect, _ pen: inout Pen) {
    let isWide = rect.columns >= 100
    let left =
      isWide
      ? Rect(rect.column, rect.row, columns: rect.columns / 2, rows: rect.rows)
      : rect.top(rows: ExampleWeights.Kind.allCases.count + 6)
    drawGroups(left, isWide: isWide, &pen)
    let right =
      isWide
      ? Rect(left.right + 1, rect.row, columns: rect.columns - left.columns, rows: rect.rows)
      : rect.dropping(rows: left.rows - 1)
    drawRanking(right, joinsAbove: !isWide, &pen)
  }

  // MARK: Groups

  private func drawGroups(_ rect: Rect, isWide: Bool, _ pen: inout Pen) {
    let theme = pen.theme
    let inner = LabPart.draw("who carries the loss", rect, &pen)
    pen.note(
      rightOn: rect.bottom, of: rect, "γ \(Number.text(lab.gamma))  α \(Number.text(LabAnchors.alpha))", theme.accent)
    let groups = lab.weights.groups
    let rows = groups.map { group in
      LabTable.Row(
        cells: [
          group.kind.title, Number.count(group.count), LabAnchors.percent(group.crossEntropyShare),
          LabAnchors.percent(group.focalShare), LabAnchors.percent(group.minedShare),
          Number.count(group.kept), Number.text(group.weight, digits: 2),
        ], style: group.kind == .positive ? theme.positive : nil)
    }
    var used = LabTable(headings: ["anchors", "", "CE", "focal", "mined", "kept", "weight"], rows: rows).draw(
      in: inner, &pen)
    used += pen.wrap("mined: \(lab.mining.title)", in: inner.dropping(rows: used), theme.accent)
    if isWide && inner.rows - used >= 16 {
      used += drawBars(inner.dropping(rows: used + 1), &pen) + 1
    }
    pen.wrapSentences(words, in: inner.dropping(rows: used + (isWide ? 1 : 0)), theme.text)
  }

  /// The shares of the groups under each loss, one under the other.
  private func drawBars(_ rect: Rect, _ pen: inout Pen) -> Int {
    let losses: [(String, (ExampleWeights.Group) -> Double)] = [
      ("CE", \.crossEntropyShare), ("focal", \.focalShare), ("mined", \.minedShare),
    ]
    var row = rect.row
    for (index, kind) in ExampleWeights.Kind.allCases.enumerated() {
      guard let group = lab.weights.group(kind), row + 3 <= rect.bottom else { break }
      pen.write("\(kind.title), \(Number.plural(group.count, "anchor"))", rect.column, row, pen.theme.secondary)
      for (line, (name, share)) in losses.enumerated() {
        let isInForce = name == (lab.isSwitched ? "focal" : "CE")
        pen.write(name, rect.column + 2, row + 1 + line, isInForce ? pen.theme.accent : pen.theme.text)
        let bar = Bar.text(share(group), columns: rect.columns - 9, isASCII: pen.isASCII)
        pen.write(bar, rect.column + 8, row + 1 + line, Style(.rgb(pen.theme.hue(index))))
      }
      row += 4
    }
    return row - rect.row
  }

  private var words: String {
    let weights = lab.weights
    guard let easy = weights.group(.easy), let positive = weights.group(.positive) else { return "" }
    if lab.mining == .all {
      return
        "Keeping every anchor mines nothing: mined is CE again. That is what the second version of OHEM in seed 003 "
        + "comes to, as it keeps every valid sample."
    }
    let switched =
      "CE first, focal after, as in fine-tuning: nothing but the weights changes. "
      + "An easy negative falls from 1 to \(Number.text(easy.weight, digits: 2)), a positive to "
      + "\(Number.text(positive.weight, digits: 2))."
    return switched
      + " Mining cuts: an anchor counts in full or not at all. Focal fades: every anchor keeps some weight."
  }

  // MARK: Ranking

  private func drawRanking(_ rect: Rect, joinsAbove: Bool, _ pen: inout Pen) {
    guard rect.rows >= 4 else { return }
    let theme = pen.theme
    let title = lab.isSwitched ? "anchors by focal loss" : "anchors by cross entropy"
    let inner = LabPart.draw(title, rect, joinsAbove: joinsAbove, &pen)
    let ranked = lab.ranked
    // Only the rows near the cursor are worded.
    let first = max(0, lab.row - inner.rows)
    let rows = ranked.enumerated().dropFirst(first).prefix(2 * inner.rows + 2).map { rank, example in
      LabTable.Row(
        cells: [
          "\(rank + 1)", lab.name(example), example.kind.sign, Number.text(example.truth, digits: 2),
          Number.text(example.crossEntropy, digits: 3), Number.text(lab.isSwitched ? example.weight : 1, digits: 2),
          example.isKept ? "kept" : "", Number.text(example.focal, digits: 2),
        ], style: example.kind == .positive ? theme.positive : nil)
    }
    LabTable(
      headings: ["", "anchor", "", "p_t", "CE", "weight", "mined", "focal"], rows: Array(rows), cursor: lab.row - first,
      words: 1
    ).draw(in: inner, &pen)
    pen.note(
      rightOn: rect.bottom, of: rect, "\(Number.count(lab.row + 1)) of \(Number.count(ranked.count))", theme.secondary)
  }
}
