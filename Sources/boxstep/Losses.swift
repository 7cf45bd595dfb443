import ArgumentParser
import Boxes
import Detectors
import Scenes
import Traces

struct Losses: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Box and classification losses of given numbers: value, gradient, and where gradient descent leads.",
    discussion: """
      A pair of boxes is x1,y1,x2,y2 in pixels. Values and gradients are of these pixels; for the path both boxes
      are measured in units of the GT's size √(w·h), and each iteration moves every corner by −rate · gradient.
      A probability is that of one class: what it costs when the class is there, and when it is not.

      EXAMPLES
        boxstep losses --pred 10,10,50,50 --gt 12,14,60,48
        boxstep losses --pred 0,0,20,20 --gt 60,50,100,90 --rate 0.05 --steps 2000
        boxstep losses --probability 0.1 --gamma 0,1,2
        boxstep losses --softmax 2,0.5,-1 --label 0 --json
        boxstep losses --lab
      """)

  @Option(
    parsing: .unconditional, help: ArgumentHelp("The predicted box, in pixels.", valueName: "x1,y1,x2,y2"))
  var pred: String?

  @Option(parsing: .unconditional, help: ArgumentHelp("The GT box, in pixels.", valueName: "x1,y1,x2,y2"))
  var gt: String?

  @OptionGroup(title: "Boxes") var boxes: BoxLossOptions

  @Option(help: ArgumentHelp("Probabilities of a class, between 0 and 1.", valueName: "p,…"))
  var probability: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Logits in place of probabilities: p = 1 / (1 + e^−x).", valueName: "x,…"))
  var logit: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("A row of logits: softmax over it, beside a sigmoid each.", valueName: "x,…"))
  var softmax: String?

  @OptionGroup(title: "Probabilities") var classes: ClassLossOptions

  @Flag(help: "As JSON.")
  var json = false

  @Flag(help: "Open the loss lab: move boxes and a probability by keys and see every loss follow.")
  var lab = false

  @OptionGroup var appearance: AppearanceOptions

  func validate() throws {
    guard (pred == nil) == (gt == nil) else { throw ValidationError("--pred and --gt belong together: give both") }
    let asks = [pred, probability, logit, softmax, boxes.pairs].compactMap { $0 }
    guard !asks.isEmpty || lab else {
      throw ValidationError(
        "nothing to compute: give --pred and --gt, --probability, --logit or --softmax; or --lab to try losses by keys")
    }
    guard probability == nil || logit == nil else {
      throw ValidationError("--probability and --logit say the same thing: give one of them")
    }
  }

  func run() throws {
    let pair = try pred.flatMap { pred in try gt.map { try BoxPair(pred: pred, gt: $0) } }
    let comparison = try pair.map { try boxes.comparison($0) }
    if lab { return LossLab.open(pair, appearance) }
    let pairs = try boxes.pairs.map { try boxes.comparisons(ofPairsIn: $0) }
    let answer = LossAnswer(
      boxes: comparison, pairs: pairs, probabilities: try probabilities(), softmax: try row(),
      options: boxes)
    if json {
      print(JSONText.encode(answer.json, pretty: pairs == nil))
    } else {
      answer.write()
    }
  }

  private func probabilities() throws(Fault) -> [ProbabilityLosses] {
    let place = Fault.Place(probability == nil ? "--logit" : "--probability")
    guard let text = probability ?? logit else { return [] }
    let numbers = try Numbers.parse(text, at: place)
    let (alpha, gammas) = (try classes.checkedAlpha(), try classes.gammas())
    let clip = try classes.checkedClip()
    var result: [ProbabilityLosses] = []
    for number in numbers {
      guard probability == nil || (number > 0 && number < 1) else {
        throw Fault(.mismatch(found: "\(number)", wanted: "probabilities between 0 and 1, neither of them"), at: place)
      }
      let x = probability == nil ? number : ProbabilityLosses.logit(of: number)
      result.append(ProbabilityLosses(logit: x, alpha: alpha, gammas: gammas, clip: clip))
    }
    return result
  }

  private func row() throws(Fault) -> LogitRow? {
    guard let softmax else { return nil }
    let logits = try Numbers.parse(softmax, at: Fault.Place("--softmax"))
    guard logits.indices.contains(classes.label) else {
      throw Fault(
        .mismatch(found: "\(classes.label)", wanted: "a place in the row, from 0 to \(logits.count - 1)"),
        at: Fault.Place("--label"))
    }
    return LogitRow(logits: logits, label: classes.label)
  }
}

/// Options of box losses.
struct BoxLossOptions: ParsableArguments {
  @Option(
    help: "Pairs from a safetensors file: pred and target of N rows, empty and inverted boxes too; no paths.",
    completion: .file(extensions: ["safetensors"]))
  var pairs: String?

  @Option(
    help: "Whose arithmetic: \(OverlapConvention.named.map(\.name).joined(separator: ", ")).",
    completion: .list(OverlapConvention.named.map(\.name)))
  var convention = OverlapConvention.named[0].name

  @Option(help: "The convention's ε; otherwise its own: 1e-6 for mmdetection, 1e-7 for the others.")
  var epsilon: Double?

  @Option(help: "Where smooth L1 bends, in the unit of the differences.")
  var beta = 0.11

  @Option(help: "The rate of the descent.")
  var rate = BoxDescent.Rule().rate

  @Option(help: "How many iterations it takes.")
  var steps = BoxDescent.Rule().iterations

  @Option(help: "With --json, the path has a point every so many iterations.")
  var every = 50

  func comparison(_ pair: BoxPair) throws(Fault) -> BoxLossComparison {
    try BoxLossComparison(pair.pred, pair.gt, losses: losses(), rule: rule())
  }

  /// Of every pair of a file; without paths.
  func comparisons(ofPairsIn path: String) throws(Fault) -> [BoxLossComparison] {
    let file = try Safetensors.read(path)
    let pred = try Self.boxes("pred", file, path)
    let target = try Self.boxes("target", file, path)
    guard pred.count == target.count else {
      throw Fault(
        .mismatch(found: "\(target.count) rows", wanted: "\(pred.count), as many as pred has"),
        at: Fault.Place(path, field: "target"))
    }
    let losses = try losses()
    return zip(pred, target).map {
      BoxLossComparison($0, $1, losses: losses, rule: BoxDescent.Rule(iterations: 0))
    }
  }

  private static func boxes(_ name: String, _ file: Safetensors, _ path: String) throws(Fault) -> [Box] {
    let place = Fault.Place(path, field: name)
    guard let entry = file.tensors[name] else { throw Fault(.missing(wanted: "a tensor of N rows of 4"), at: place) }
    guard entry.shape.count == 2, entry.shape[1] == 4, entry.shape[0] <= 100_000 else {
      let shape = entry.shape.map(String.init).joined(separator: "×")
      throw Fault(.mismatch(found: "shape \(shape)", wanted: "N×4, N up to 100000"), at: place)
    }
    let numbers = entry.doubles
    guard numbers.allSatisfy({ abs($0) <= Numbers.largest }) else {
      throw Fault(.mismatch(found: "a number that is not finite or over 1e6", wanted: "pixels"), at: place)
    }
    return stride(from: 0, to: numbers.count, by: 4).map {
      Box(numbers[$0], numbers[$0 + 1], numbers[$0 + 2], numbers[$0 + 3])
    }
  }

  func chosenConvention() throws(Fault) -> OverlapConvention {
    let known = OverlapConvention.named
    guard let found = known.first(where: { $0.name == convention })?.convention else {
      throw Fault(
        .unknown(kind: "convention", name: convention, known: known.map(\.name)), at: Fault.Place("--convention"))
    }
    guard let epsilon else { return found }
    try Numbers.check(epsilon, 0...1, "--epsilon")
    return found.with(epsilon: epsilon)
  }

  private func losses() throws(Fault) -> [BoxLoss] {
    let convention = try chosenConvention()
    try Numbers.check(beta, 1e-6...1e6, "--beta")
    return BoxLoss.Kind.all(beta: beta).map { BoxLoss($0, as: convention) }
  }

  private func rule() throws(Fault) -> BoxDescent.Rule {
    try Numbers.check(rate, 1e-9...10, "--rate")
    try Numbers.check(Double(steps), 0...100_000, "--steps")
    try Numbers.check(Double(every), 1...100_000, "--every")
    return BoxDescent.Rule(rate: rate, iterations: steps)
  }
}

/// Options of classification losses.
struct ClassLossOptions: ParsableArguments {
  @Option(help: "The weight of a class that is there; 1 − α where it is not.")
  var alpha = 0.25

  @Option(help: ArgumentHelp("Focal's γ, one or several.", valueName: "γ,…"))
  var gamma = "0,0.5,1,2,5"

  @Option(help: "What focal clamps its probabilities to, from either end: 1e-7 in keras-retinanet.")
  var clip = 0.0

  @Option(help: "Which place of the row of --softmax is true.")
  var label = 0

  func checkedAlpha() throws(Fault) -> Double { try Numbers.check(alpha, 0...1, "--alpha") }
  func checkedClip() throws(Fault) -> Double { try Numbers.check(clip, 0...0.5, "--clip") }

  func gammas() throws(Fault) -> [Double] {
    let gammas = try Numbers.parse(gamma, at: Fault.Place("--gamma"))
    for gamma in gammas { try Numbers.check(gamma, 0...100, "--gamma") }
    return gammas
  }
}
