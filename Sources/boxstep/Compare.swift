import ArgumentParser
import Debugger
import Detectors
import Scenes
import Traces

struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "What two detectors, parameter sets or moments decide differently on one scene.",
    discussion: """
      Two that lay the same priors are compared prior by prior. Otherwise, anchors against points say, it is cell by cell
      on levels of equal stride: a cell is positive for an object if any of its priors is. With FreeAnchor a positive is
      an anchor in the object's bag.

      --json gives: first and second (detector, title, iteration, prior, priors, states, losses, parameters that differ,
      unshared_levels), unit (prior or cell), compared, different, counts (only_first, only_second, other_objects,
      between_in_first, between_in_second), objects (gt, class, box, differs; first and second: positives, levels,
      best_iou, found_score), differences (kind, level, stride, row, column, anchor; first and second: state, gt, prior).

      EXAMPLES
        boxstep compare crowd --detectors retinanet,fcos
        boxstep compare slender --set positive_iou=0.5 --with positive_iou=0.4
        boxstep compare mixed --detector freeanchor --iterations 1,300
        boxstep compare crowd --detectors retinanet,fcos --json
      """)

  @Argument(
    help: "A scene of the gallery, a scene file (YAML or JSON), or a picture (PNG or JPEG).",
    completion: .list(Gallery.names))
  var scene: String

  @Option(
    help: ArgumentHelp("The two detectors, or one for both.", valueName: "first,second"),
    completion: .list(Detectors.all.map { $0.name }))
  var detectors: String?

  @OptionGroup var detector: DetectorOptions

  @Option(
    name: .customLong("with"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Set a parameter of the second alone; may be given several times.", valueName: "name=value"))
  var assignments: [String] = []

  @Option(help: ArgumentHelp("Train so many iterations and compare the last.", valueName: "n[,m]"))
  var iterations = "1"

  @Option(help: "How many differences to list.")
  var list = 20

  @Flag(help: "As JSON, with every difference.")
  var json = false

  func validate() throws {
    guard list >= 0 else { throw ValidationError("--list \(list): wanted a whole number from 0 on") }
    for count in try counts { try Iterations.check(count, detector) }
    guard detectors == nil || (detector.detector == nil && detector.config == nil) else {
      throw ValidationError("--detectors names both detectors: leave out --detector and --config")
    }
    _ = try names
  }

  func run() throws {
    let (names, counts) = (try names, try counts)
    for name in names.compactMap({ $0 }) {
      _ = try Detectors.detector(named: name, at: Fault.Place("--detectors \(detectors ?? name)"))
    }
    let more = try assignments.map { try Assignment(option: $0, of: "--with") }
    var first = try detector.trainer(for: scene, with: names[0])
    for notice in first.scene.notices { Words.say(notice) }
    var second = try detector.trainer(for: scene, with: names[1], more)
    guard
      let comparison = Comparison(Self.run(&first, counts[0]), Self.run(&second, counts[1]))
    else { Words.fail("the two have not matched anything yet") }
    if json {
      print(JSONText.encode(ComparisonJSON(comparison, version: Boxstep.version), pretty: true))
    } else {
      write(comparison)
    }
  }

  private static func run(_ trainer: inout Trainer, _ iterations: Int) -> Trace {
    var trace = trainer.iterate()
    for _ in 1..<iterations { trace = trainer.iterate() }
    return trace
  }

  private func write(_ comparison: Comparison) {
    for (name, side) in zip(["first", "second"], comparison.sides.both) {
      let trace = side.trace
      let states = trace.states.states.map { "\(Number.count(side.count(of: $0.kind))) \($0.name)" }
      let changed = comparison.changedParameters.map {
        " \($0.name)=\(name == "first" ? $0.texts.first : $0.texts.second)"
      }
      let loss = trace.losses.last.map { ", loss \(Number.text($0.value))" } ?? ""
      print(
        "\(name): \(trace.detectorTitle)\(changed.joined()), iteration \(trace.iteration): "
          + states.joined(separator: ", ") + loss)
    }
    print("\n\(comparison.headline)\n")
    if !comparison.objects.isEmpty { print(comparison.objectMeaning) }
    Table.print(comparison.objectRows, heading: comparison.objectHeading)
    if !comparison.counts.isEmpty {
      print("")
      Table.print(comparison.counts.map { [Number.count($0.count), $0.words] })
    }
    for (name, levels) in zip(comparison.names.both, comparison.unshared.both) where !levels.isEmpty {
      print("Not compared place by place: \(levels.joined(separator: ", ")), which only \(name) has.")
    }
    guard !comparison.differences.isEmpty, list > 0 else { return }
    print("")
    Table.print(comparison.differenceRows(limit: list), heading: ["where"] + comparison.names.both)
    let rest = comparison.differences.count - list
    if rest > 0 { print("and \(Number.count(rest)) more (--list, --json)") }
  }

  /// The detector of each; nil where `--detector` or `--config` says it for both.
  private var names: [String?] {
    get throws {
      guard let detectors else { return [nil, nil] }
      let names = detectors.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard (1...2).contains(names.count) else {
        throw ValidationError("--detectors \(detectors): wanted two names with a comma between them")
      }
      return [names[0], names[names.count - 1]]
    }
  }

  private var counts: [Int] {
    get throws {
      let numbers = iterations.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
      guard (1...2).contains(numbers.count), let first = numbers[0], let last = numbers[numbers.count - 1] else {
        throw ValidationError("--iterations \(iterations): wanted a whole number, or two with a comma between them")
      }
      return [first, last]
    }
  }
}
