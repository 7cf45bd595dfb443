import Boxes
import Detectors
import Scenes
import Traces

/// The smallest single changes that would turn an answer round: a GT without a positive gets one, an anchor becomes
/// a GT's, a suppressed candidate stays. Every change named here was made, and the steps that decide were run with it.
package struct WhatIf: Sendable {
  package let question: Question
  /// What is wanted: "make any anchor positive for gt 0".
  let wish: String
  /// Whether the answer hangs on the network's guesses.
  let readsPredictions: Bool
  /// The best of every kind of change that turns it round, the smallest first.
  package let proposals: [Proposal]

  /// How often the steps were performed to find them.
  package let tries: Int

  package var smallest: Proposal? { proposals.first }

  /// What is not so, and is to be.
  package enum Question: Hashable, Sendable {
    /// A GT has no prior that learns it.
    case object(gt: Int)
    /// A prior is not a GT's.
    case pair(gt: Int, prior: Int)
    /// A candidate is no detection: it was suppressed, or others were better.
    case candidate(Int)
    /// No detection counts as finding a GT.
    case found(gt: Int)
  }

  package struct Proposal: Sendable {
    package let change: Change
    /// What to apply: `Session.reiterate(_:under:)` gives exactly what was found.
    package let setup: Setup
    /// How large the change is, so that changes of different kinds can be held against each other: see `Change.size`.
    package let size: Double
    /// How many priors the GT has under the change; in a question about a candidate 1.
    package let gained: Int
    /// One of them to look at.
    package let prior: Int?
    /// Whether the set-up asks for other weights, and so for a run of its own.
    package let asksForRun: Bool
    /// For a learner: "positive_iou .5 → .487 makes P4 (3,5) #4 positive".
    package let sentence: String
  }
}

/// One thing changed in a set-up.
package enum Change: Hashable, Sendable {
  /// A parameter, and those that had to come along. `element` is the place in a list.
  case parameter(name: String, element: Int?, from: ParameterValue, to: ParameterValue, along: [Assigned])
  /// The box of a GT.
  case box(gt: Int, from: Box, to: Box)
  /// A guess of the network, so that its score becomes another.
  case prediction(PredictionEdit, from: Double, scores: (from: Double, to: Double))

  package struct Assigned: Hashable, Sendable {
    package let name: String
    package let from: ParameterValue
    package let to: ParameterValue
  }

  /// What changes of one kind have in common: the best of each is reported.
  package var kind: String {
    switch self {
    case .parameter(let name, _, _, _, _): asksForRun ? "\(name) +" : name
    case .box: "box"
    case .prediction: "score"
    }
  }

  /// Whether it makes a list longer, so that the network's heads have another size.
  var asksForRun: Bool {
    if case .parameter(_, _, let from, let to, _) = self { Self.count(from) != Self.count(to) } else { false }
  }

  private static func count(_ value: ParameterValue) -> Int {
    switch value {
    case .numbers(let list): list.count
    case .integers(let list): list.count
    case .number, .integer, .flag, .choice, .names: 1
    }
  }

  package static func == (a: Change, b: Change) -> Bool {
    switch (a, b) {
    case (.parameter(let n, let e, let f, let t, let l), .parameter(let m, let g, let h, let u, let k)):
      n == m && e == g && f == h && t == u && l == k
    case (.box(let g, let f, let t), .box(let h, let e, let u)): g == h && f == e && t == u
    case (.prediction(let e, _, _), .prediction(let f, _, _)): e == f
    default: false
    }
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(kind) }

  /// The set-up with the change; nil where it does not fit.
  func applied(to setup: Setup, for detector: any Detector.Type) -> Setup? {
    var setup = setup
    switch self {
    case .parameter(let name, _, _, let to, let along):
      let values = Dictionary([(name, to)] + along.map { ($0.name, $0.to) }, uniquingKeysWith: { first, _ in first })
      guard let settings = setup.settings.with(values, for: detector) else { return nil }
      setup.settings = settings
    case .box(let gt, _, let to):
      guard let index = setup.scene.index(ofGT: gt) else { return nil }
      setup.scene.objects[index].box = to
    case .prediction(let edit, _, _): setup.edits.append(edit)
    }
    return setup
  }
}

extension Scene {
  /// Where among all objects a GT stands.
  func index(ofGT gt: Int) -> Int? {
    let indices = objects.indices.filter { !objects[$0].ignored }
    return indices.indices.contains(gt) ? indices[gt] : nil
  }
}
