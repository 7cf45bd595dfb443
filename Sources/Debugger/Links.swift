import Detectors
import Traces

/// Where one can go from something: an anchor to its GT, a loss to who adds most, a detection to its anchor.
package struct Link: Hashable, Sendable {
  package let element: Element
  /// "P4 (3, 5) #4: adds .21 of 1.8".
  package let words: String
}

extension Trace {
  /// What something is linked with, by what is known so far; the most telling first.
  package func links(from element: Element) -> [Link] { Linking(trace: self).links(from: element) }
}

private struct Linking {
  /// Of what there are many, as many are listed.
  static let most = 20

  let trace: Trace

  func links(from element: Element) -> [Link] {
    switch element {
    case .loss(let name): links(fromLoss: name)
    case .gt(let gt): links(fromGT: gt)
    case .anchor(let prior): links(fromPrior: prior)
    case .pair(let gt, let prior):
      [Link(element: .gt(gt), words: "gt \(gt)"), Link(element: .anchor(prior), words: name(prior))]
        + links(fromPrior: prior).filter { $0.element != .gt(gt) && $0.element != .pair(gt: gt, anchor: prior) }
    case .box(let row): links(fromBox: row)
    }
  }

  // MARK: Losses

  /// Who adds most; the terms of a sum of terms.
  private func links(fromLoss name: String) -> [Link] {
    guard let term = trace.losses.first(where: { $0.name == name }) else { return [] }
    guard let value = term.contributions.flatMap({ trace[$0] }) else {
      return trace.losses.filter { $0.name != name && $0.contributions != nil }.map {
        Link(element: .loss($0.name), words: "loss \($0.name), \(Number.text($0.value))")
      }
    }
    let numbers = value.doubles
    return Trace.largest(Self.most, of: numbers).filter { numbers[$0] > 0 }.map { index in
      Link(
        element: contributor(index, value),
        words: "\(nameOfContributor(index, value)): adds \(Number.text(numbers[index])) of \(Number.text(term.sum))")
    }
  }

  private func contributor(_ index: Int, _ value: Value) -> Element {
    if value.name.hasSuffix("_per_roi") { return .box(BoxRow(.roi, index)) }
    return value.count == trace.priors.count ? .anchor(index) : .gt(index)
  }

  private func nameOfContributor(_ index: Int, _ value: Value) -> String {
    switch contributor(index, value) {
    case .box(let row): "\(row)"
    case .gt(let gt): "gt \(gt)"
    default: name(index)
    }
  }

  // MARK: GTs

  private func links(fromGT gt: Int) -> [Link] {
    let learners = priors(of: gt)
    let found = boxes("detections.gt", equal: gt, .detection)
    return learners.prefix(Self.most).map { prior in
      Link(element: .pair(gt: gt, anchor: prior), words: "\(name(prior)): positive\(overlapWords(gt, prior))")
    } + bag(of: gt) + (learners.isEmpty ? nearest(to: gt) : []) + found.map { Link(element: .box($0), words: "\($0)") }
      + trace.losses.filter { trace[$0.contributions ?? ""]?.count == gtCount && gtCount != trace.priors.count }.map {
        Link(element: .loss($0.name), words: "loss \($0.name)")
      }
  }

  private var gtCount: Int { trace.scene.groundTruth.count }

  /// The priors that learn a GT, those that overlap it most first.
  private func priors(of gt: Int) -> [Int] {
    guard let match = trace["match.gt"] else { return [] }
    let own = (0..<match.count).filter { match[$0] == Double(gt) }
    return own.sorted { overlap(gt, $0) ?? 0 > overlap(gt, $1) ?? 0 }
  }

  /// FreeAnchor's bag, those that weigh most first.
  private func bag(of gt: Int) -> [Link] {
    guard let bags = trace["bags.anchor"], let weights = trace["bags.weight"], bags.shape == weights.shape else {
      return []
    }
    let members = bags.row(gt)
    let numbers = weights.row(gt)
    return Trace.largest(Self.most, of: numbers).compactMap { place in
      Int(exactly: members[place]).map { prior in
        Link(
          element: .pair(gt: gt, anchor: prior),
          words: "\(name(prior)): weight \(Number.text(numbers[place])) in its bag")
      }
    }
  }

  /// A GT that nobody learns: who overlaps it most, and whom that went to.
  private func nearest(to gt: Int) -> [Link] {
    guard let overlaps = trace["overlap.iou"], overlaps.shape.first ?? 0 > gt, gt >= 0 else { return [] }
    let numbers = overlaps.row(gt)
    return Trace.largest(5, of: numbers).filter { numbers[$0] > 0 }.map { prior in
      let owner = trace["match.gt"]?[prior].flatMap(Int.init(exactly:)) ?? -1
      return Link(
        element: .pair(gt: gt, anchor: prior),
        words: "\(name(prior)): not its\(overlapWords(gt, prior))" + (owner >= 0 ? ", learns gt \(owner)" : ""))
    }
  }

  // MARK: Priors and boxes

  private func links(fromPrior prior: Int) -> [Link] {
    guard prior >= 0, prior < trace.priors.count else { return [] }
    var links: [Link] = []
    let owner = trace["match.gt"]?[prior].flatMap(Int.init(exactly:)).flatMap { $0 >= 0 ? $0 : nil }
    if let owner {
      links.append(Link(element: .gt(owner), words: "gt \(owner), which it learns\(overlapWords(owner, prior))"))
    }
    let others = (0..<gtCount).filter { $0 != owner && overlap($0, prior) ?? 0 > 0 }
    links += others.sorted { overlap($0, prior) ?? 0 > overlap($1, prior) ?? 0 }.prefix(5).map {
      Link(element: .pair(gt: $0, anchor: prior), words: "gt \($0), which it lost to or left\(overlapWords($0, prior))")
    }
    for kind in [BoxRow.Kind.detection, .candidate, .proposal] {
      links += boxes(kind.anchors, equal: prior, kind).map { Link(element: .box($0), words: "\($0), its guess") }
    }
    for term in trace.losses {
      guard let value = term.contributions.flatMap({ trace[$0] }), value.count == trace.priors.count,
        let adds = value[prior], adds > 0
      else { continue }
      links.append(
        Link(
          element: .loss(term.name),
          words: "loss \(term.name), to which it adds \(Number.text(adds)) of \(Number.text(term.sum))"))
    }
    return links
  }

  private func links(fromBox row: BoxRow) -> [Link] {
    var links: [Link] = []
    let step = String(row.kind.boxes.dropLast(".boxes".count))
    func index(_ name: String) -> Int? {
      trace["\(step).\(name)"]?[row.index].flatMap(Int.init(exactly:)).flatMap { $0 >= 0 ? $0 : nil }
    }
    let prior = index("anchor")
    if let prior { links.append(Link(element: .anchor(prior), words: "\(name(prior)), which guessed it")) }
    if let roi = index("roi") { links.append(Link(element: .box(BoxRow(.roi, roi)), words: "roi \(roi), its region")) }
    if let gt = index("gt") { links.append(Link(element: .gt(gt), words: "gt \(gt), the object it finds")) }
    if let prior, let owner = trace["match.gt"]?[prior].flatMap(Int.init(exactly:)), owner >= 0 {
      links.append(
        Link(element: .pair(gt: owner, anchor: prior), words: "gt \(owner), the target its \(trace.priorName) has"))
    }
    if let candidate = index("candidate") {
      links.append(Link(element: .box(BoxRow(.candidate, candidate)), words: "candidate \(candidate), which it was"))
    }
    if let other = index("by") {
      links.append(Link(element: .box(BoxRow(.candidate, other)), words: "candidate \(other), which suppressed it"))
    }
    return links
  }

  /// The boxes of a list at which a value is a number.
  private func boxes(_ name: String, equal number: Int, _ kind: BoxRow.Kind) -> [BoxRow] {
    guard let value = trace[name], trace[kind.boxes] != nil else { return [] }
    return (0..<value.count).lazy.filter { value[$0] == Double(number) }.prefix(5).map { BoxRow(kind, $0) }
  }

  private func name(_ prior: Int) -> String { "\(trace.priorName) \(prior), \(trace.priors.label(of: prior))" }

  private func overlap(_ gt: Int, _ prior: Int) -> Double? { trace["overlap.iou"]?[gt, prior] }

  private func overlapWords(_ gt: Int, _ prior: Int) -> String {
    overlap(gt, prior).map { ", IoU \(Number.fixed($0, decimals: 3))" } ?? ""
  }
}
