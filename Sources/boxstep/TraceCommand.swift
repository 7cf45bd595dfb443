import ArgumentParser
import Debugger
import Detectors
import Scenes
import Traces

struct TraceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace", abstract: "One iteration as data: every value that every step left.",
    discussion: """
      Without --output the steps' headlines are printed. A .safetensors file holds one tensor a value, called
      step.value; a .json file the same tree with titles, formulas and explanations.

      EXAMPLES
        boxstep trace mixed --output mixed.safetensors
        boxstep trace crowd --iterations 100 --set positive_iou=0.6 --output crowd.json
        boxstep trace scene.yaml --predictions model.safetensors --output out.safetensors
      """)

  @OptionGroup var options: SceneOptions

  @Option(help: "Train so many iterations from the seed's weights and record the last.")
  var iterations = 1

  @Option(help: "FILE.safetensors or FILE.json.", completion: .file(extensions: ["safetensors", "json"]))
  var output: String?

  func validate() throws { try Iterations.check(iterations, options.detector) }

  private enum Format {
    case safetensors
    case json
  }

  func run() throws {
    let format = try output.map(Self.format)
    var trainer = try options.trainer()
    var trace = trainer.iterate()
    for _ in 1..<iterations { trace = trainer.iterate() }
    guard let output, let format else { return Self.summarize(trace) }
    let bytes =
      switch format {
      case .safetensors: Safetensors.bytes(of: trace.allValues, metadata: Self.metadata(of: trace))
      case .json: Array(Self.json(trace).utf8)
      }
    try InputFile.write(bytes, to: output)
    Words.say("\(output): \(trace.allValues.count) values of iteration \(trace.iteration).")
  }

  private static func format(of path: String) throws(Fault) -> Format {
    if path.hasSuffix(".safetensors") { return .safetensors }
    if path.hasSuffix(".json") { return .json }
    throw Fault(
      .mismatch(found: path, wanted: "a name that ends in .safetensors or .json"), at: Fault.Place("--output"))
  }

  private static func summarize(_ trace: Trace) {
    Table.print(trace.steps.map { [$0.id, $0.headline] })
    let shown = 10
    for hazard in trace.hazards.prefix(shown) { print("! \(hazard.message)") }
    if trace.hazards.count > shown { print("! and \(trace.hazards.count - shown) more") }
  }

  private static func metadata(of trace: Trace) -> [String: String] {
    [
      "scene": JSONText.encode(TraceJSON.Scene(trace.scene)),
      "detector": trace.detector,
      "parameters": JSONText.encode(
        Dictionary(trace.parameters.map { ($0.name, $0.text) }, uniquingKeysWith: { $1 })),
      "seed": "\(trace.seed)",
      "iteration": "\(trace.iteration)",
      "version": Boxstep.version,
    ]
  }

  private static func json(_ trace: Trace) -> String {
    let elements =
      trace.scene.groundTruth.indices.map(Element.gt)
      + trace.losses.map { Element.loss($0.name) }
      + (trace["match.state"]?.doubles ?? []).enumerated().filter { $0.element == 1 }.map { .anchor($0.offset) }
    let explanations = elements.compactMap { Why.explain($0, in: trace) }
    return JSONText.encode(TraceJSON(trace, explanations: explanations, version: Boxstep.version)) + "\n"
  }
}

/// How many iterations a command may be asked for.
enum Iterations {
  static let range = 1...1_000_000

  static func check(_ count: Int, _ options: DetectorOptions) throws {
    guard count == 1 || options.predictions == nil else {
      throw ValidationError("--predictions leaves no network to train: --iterations \(count) has no meaning")
    }
    try check(count)
  }

  static func check(_ count: Int) throws {
    guard range.contains(count) else {
      throw ValidationError("--iterations \(count): wanted a whole number from 1 to \(range.upperBound)")
    }
  }
}
