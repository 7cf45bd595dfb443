import ArgumentParser
import Debugger
import Detectors
import Scenes
import Traces

struct WhyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "why", abstract: "Why an object, an anchor, a pair, a loss or a detection is what it is.",
    discussion: """
      For an object without a positive, a pair that is no match, an object that is missed and a candidate that is no
      detection the answer ends with the smallest single changes that would turn it round. Each was made and run.

      EXAMPLES
        boxstep why slender gt:0                why object 0 has no positive anchor
        boxstep why mixed anchor:2114           the state, targets and losses of an anchor
        boxstep why mixed gt:1,anchor:2114      why the two are, or are not, a match
        boxstep why mixed loss:cls --json
        boxstep why mixed detection:0 --iterations 200     what its score is made of, and whether it is true
        boxstep why mixed candidate:17 --iterations 200    why suppression kept it, or which box it went by
      """)

  @OptionGroup var options: SceneOptions

  @Argument(
    help: "gt:2, anchor:1234, gt:2,anchor:1234, loss:cls, detection:0 or candidate:17.",
    completion: .list(["gt:0", "anchor:0", "loss:cls", "loss:box", "loss:total", "detection:0", "candidate:0"]))
  var element: String

  @Option(help: "Train so many iterations first and explain the last.")
  var iterations = 1

  @Flag(help: "As JSON.")
  var json = false

  func validate() throws { try Iterations.check(iterations, options.detector) }

  func run() throws {
    let element = try ElementText.parse(element)
    var trainer = try options.trainer()
    for _ in 1..<iterations { _ = trainer.iterate() }
    let kept = KeptIteration(trainer)
    guard let explanation = Why.explain(element, in: kept.trace) else {
      throw Fault(
        .mismatch(found: self.element, wanted: Self.known(in: kept.trace)), at: Fault.Place("boxstep why"))
    }
    let whatIf = WhatIf(element, on: kept)
    if json {
      print(JSONText.encode(WhyJSON(explanation, whatIf), pretty: true))
    } else {
      Self.write(explanation)
      if let whatIf { Self.write(whatIf) }
    }
  }

  /// What would turn the answer round, the smallest change first.
  private static func write(_ whatIf: WhatIf) {
    print("\n  \(whatIf.title)")
    for line in whatIf.lines { print("    \(line)") }
    if !whatIf.proposals.isEmpty { print("    \(WhatIf.measure)") }
  }

  private static func known(in trace: Trace) -> String {
    let gts = trace.scene.groundTruth.count
    return (gts == 0 ? "no gt, as this scene has none" : "gt:0 to gt:\(gts - 1)")
      + ", anchor:0 to anchor:\(trace.priors.count - 1), or loss:"
      + trace.losses.map(\.name).joined(separator: ", loss:") + boxes(in: trace)
  }

  private static func boxes(in trace: Trace) -> String {
    let known = BoxRow.Kind.allCases.compactMap { kind -> String? in
      guard let count = trace[kind.boxes]?.shape.first, count > 0 else { return nil }
      return "\(kind.rawValue):0 to \(kind.rawValue):\(count - 1)"
    }
    return known.isEmpty ? "; nothing is detected yet" : ", " + known.joined(separator: ", ")
  }

  private static func write(_ explanation: Explanation) {
    print("\(explanation.subject): \(explanation.verdict)")
    let width = explanation.reasons.map(\.topic.count).max() ?? 0
    for reason in explanation.reasons {
      let topic = reason.topic + String(repeating: " ", count: width - reason.topic.count)
      let indent = String(repeating: " ", count: width + 4)
      print("  \(topic)  \(reason.symbolic)")
      if !reason.substituted.isEmpty { print("\(indent)\(reason.substituted)") }
      if !reason.conclusion.isEmpty { print("\(indent)→ \(reason.conclusion)") }
    }
  }
}

/// Elements as they are written on the command line.
enum ElementText {
  private static let wanted =
    "gt:NUMBER, anchor:NUMBER, gt:NUMBER,anchor:NUMBER, loss:NAME, detection:NUMBER or candidate:NUMBER"

  static func parse(_ text: String) throws(Fault) -> Element {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      part.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    }
    let pairs = parts.compactMap { $0.count == 2 ? (name: $0[0], value: $0[1]) : nil }
    guard pairs.count == parts.count else { throw fault(text) }
    if pairs.count == 2, pairs[0].name == "gt", pairs[1].name == "anchor",
      let gt = Int(pairs[0].value), let anchor = Int(pairs[1].value)
    {
      return .pair(gt: gt, anchor: anchor)
    }
    guard pairs.count == 1 else { throw fault(text) }
    switch (pairs[0].name, Int(pairs[0].value)) {
    case ("gt", let number?): return .gt(number)
    case ("anchor", let number?): return .anchor(number)
    case ("loss", _): return .loss(pairs[0].value)
    case (let name, let number?):
      guard let kind = BoxRow.Kind(rawValue: name) else { throw fault(text) }
      return .box(BoxRow(kind, number))
    default: throw fault(text)
    }
  }

  private static func fault(_ text: String) -> Fault {
    Fault(.mismatch(found: text, wanted: wanted), at: Fault.Place("boxstep why"))
  }
}
