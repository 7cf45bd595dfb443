import Boxes
import Scenes
import Tensors
import Traces

/// The answers to "why" of FreeAnchor, from as much of the trace as there is.
extension FreeAnchor {
  public static func explain(_ element: Element, in trace: Trace) -> Explanation? {
    let why = BagWhy(trace)
    switch element {
    case .anchor(let j): return why.anchor(j)
    case .gt(let gt): return why.object(gt)
    case .pair(let gt, let j): return why.pair(gt, j)
    case .loss(let name): return why.loss(name)
    case .box: return nil
    }
  }
}

/// Why an anchor is in a bag or not, what it counts for there, and what it costs as background.
struct BagWhy: BoxesWhy {
  let trace: Trace
  let settings: Settings
  let candidates: CandidateRule
  let positive: PositiveBagLoss
  let negative: NegativeBagLoss
  let threshold: Double

  init(_ trace: Trace) {
    self.trace = trace
    settings = Settings(recordedIn: trace, of: FreeAnchor.self)
    candidates = settings.candidateRule
    positive = settings.positiveBagLoss
    negative = settings.negativeBagLoss
    threshold = settings[FreeAnchor.boxThreshold]
  }

  var objects: [SceneObject] { trace.scene.groundTruth }
  var bagSize: Int { trace["bags.anchor"]?.shape.last ?? 0 }

  func loss(_ name: String) -> Explanation? {
    guard let ledger = LedgerWhy(trace).loss(name) else { return nil }
    guard name == "positive", let recall = trace["likelihood.log_recall"]?[], !objects.isEmpty else { return ledger }
    let value =
      .named("α", positive.alpha) * .negated(.named("ln P_recall", recall)) / .named("objects", Double(objects.count))
    let reading = Reason("likelihood", value, is: .init("losses.positive"), conclusion: "P_recall = Π B, over all bags")
    return Explanation(
      element: ledger.element, subject: ledger.subject, verdict: ledger.verdict, reasons: ledger.reasons + [reading])
  }

  // MARK: An anchor

  func anchor(_ j: Int) -> Explanation? {
    guard (0..<trace.priors.count).contains(j) else { return nil }
    let known = anchorBox(j) == nil ? "not laid out yet" : "not in a bag yet"
    let verdict = isLeftOut(j) ? "left out" : stateName(of: j) ?? known
    let reasons =
      background(j) + membership(j) + imageProbability(j) + guess(j)
      + (anchorBox(j).map { [sides("anchor", $0)] } ?? [])
    return Explanation(
      element: .anchor(j), subject: "anchor \(j), \(trace.priors.label(of: j))", verdict: verdict,
      reasons: reasons.isEmpty ? [Reason("anchor", words: "its box comes with the next steps")] : reasons)
  }

  func isLeftOut(_ j: Int) -> Bool { (trace["overlap.ignored_share"]?[j] ?? 0) >= 0.5 }

  private func stateName(of j: Int) -> String? {
    guard let code = trace["bags.state"]?[j] else { return nil }
    return trace.states.states.first { Double($0.code) == code }?.name
  }

  /// In which bags it is, and in which place; else how it misses the nearest.
  private func membership(_ j: Int) -> [Reason] {
    if isLeftOut(j) { return [ignored(j)] }
    guard trace["bags.anchor"] != nil else { return [] }
    let places = objects.indices.compactMap { gt in place(of: j, in: gt).map { (gt, $0) } }
    if !places.isEmpty {
      let words = places.map { "that of gt \($0.0) (\(className($0.0))), place \($0.1 + 1) of \(bagSize)" }
      return [
        Reason("bag", words: words.joined(separator: "; "), conclusion: places.count > 1 ? "in several bags" : "")
      ]
    }
    let nearest = objects.indices.min { missing(j, $0) < missing(j, $1) }
    return nearest.flatMap { outside(j, $0) }.map { [$0] } ?? [Reason("bag", words: "no object, so no bag")]
  }

  /// By how much an anchor's IoU misses a bag's last.
  private func missing(_ j: Int, _ gt: Int) -> Double { (lastIoU(of: gt) ?? 0) - (trace["overlap.iou"]?[gt, j] ?? 0) }

  func ignored(_ j: Int) -> Reason {
    Reason(
      "bag",
      Condition(.named("part inside an ignored object", trace["overlap.ignored_share"]?[j] ?? 0), .greaterOrEqual, 0.5),
      conclusion: "in no bag and in no loss")
  }

  /// What the anchor costs as background: its costliest classes spelt out.
  func background(_ j: Int) -> [Reason] {
    guard let total = trace["losses.negative_per_anchor"]?[j], !isLeftOut(j),
      let logits = trace["predictions.cls_logits"]?.row(j), !logits.isEmpty
    else { return [] }
    func forgiven(_ k: Int) -> Double { trace["saturation.image_box_prob"]?[j, k] ?? 0 }
    let shares = logits.indices.map { NegativeBagLoss.share(logits[$0], forgiven: forgiven($0)).q }
    let order = logits.indices.sorted { shares[$0] > shares[$1] }
    var formula: Formula?
    for k in order.prefix(3) {
      let term = negative.formula(logits[k], forgiven: forgiven(k), className: trace.scene.classes[k])
      formula = formula.map { $0 + term } ?? term
    }
    let rest = order.dropFirst(3)
    if !rest.isEmpty {
      let sum = rest.reduce(0) { $0 + negative.background(logits[$1], forgiven: forgiven($1)).loss }
      formula = formula.map { $0 + .named("\(rest.count) other classes", sum) }
    }
    guard let formula else { return [] }
    return [
      Reason(
        "negative", formula, is: .init("losses.negative_per_anchor", [j]),
        conclusion: "= \(Number.text(total)), before the normaliser; q = p · (1 − P)")
    ]
  }

  /// The largest P that the anchor has with any class.
  private func imageProbability(_ j: Int) -> [Reason] {
    guard let row = trace["saturation.image_box_prob"]?.row(j), !row.isEmpty else { return [] }
    guard let k = row.indices.max(by: { row[$0] < row[$1] }), row[k] > 0,
      let gt = objects.indices.first(where: {
        objects[$0].label == k && trace["saturation.box_prob"]?[$0, j] == row[k]
      })
    else {
      return [Reason("P", words: "its guess overlaps no object by more than t1", conclusion: "nothing is forgiven")]
    }
    let formula = saturated(gt, j)
    return formula.map {
      [
        Reason(
          "P", $0, is: .init("saturation.image_box_prob", [j, k]),
          conclusion:
            "= \(Number.text(row[k])): of its score for \(trace.scene.classes[k]), gt \(gt) forgives this part")
      ]
    } ?? []
  }

  /// Where the anchor's four numbers bend it.
  func guess(_ j: Int) -> [Reason] {
    guard let deltas = trace["predictions.box_deltas"]?.row(j) else { return [] }
    let box = trace["decoded.boxes"].flatMap { Box(row: $0.row(j)) }
    let numbers = zip(candidates.coding.names, deltas).map { "\($0) \(Number.text($1, digits: 3))" }.joined(
      separator: ", ")
    return [Reason("numbers", words: numbers)] + (box.map { [sides("guess", $0)] } ?? [])
  }

  // MARK: Places

  /// Where in an object's bag an anchor is.
  func place(of j: Int, in gt: Int) -> Int? { trace["bags.anchor"]?.row(gt).firstIndex(of: Double(j)) }

  func lastIoU(of gt: Int) -> Double? { bagSize > 0 ? trace["bags.iou"]?[gt, bagSize - 1] : nil }

  /// What keeps an anchor out of a bag: its rank, and the IoU of the last that is in.
  func outside(_ j: Int, _ gt: Int) -> Reason? {
    if isLeftOut(j) { return ignored(j) }
    guard let iou = trace["overlap.iou"]?[gt, j], let last = lastIoU(of: gt), let row = trace["overlap.iou"]?.row(gt)
    else {
      return nil
    }
    let better = row.indices.count { !isLeftOut($0) && (row[$0] > iou || (row[$0] == iou && $0 < j)) }
    let rank = "rank \(Number.count(better + 1)) for gt \(gt), and the bag takes \(bagSize)"
    return Reason(
      "bag", Condition(.named("IoU", iou), iou < last ? .less : .lessOrEqual, .named("IoU of the bag's last", last)),
      conclusion: iou < last ? rank : "\(rank); of equals the first in order are in")
  }
}
