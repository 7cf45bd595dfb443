import ArgumentParser
import Detectors
import Scenes

struct List: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List scenes, detectors, steps or parameters.",
    discussion: """
      EXAMPLES
        boxstep list scenes
        boxstep list parameters
        boxstep list steps --detector retinanet
      """)

  enum Kind: String, CaseIterable, ExpressibleByArgument {
    case scenes
    case detectors
    case steps
    case parameters
  }

  @Argument(help: "What to list: scenes, detectors, steps or parameters.")
  var kind: Kind

  @Option(help: "The detector whose steps or parameters to list.", completion: .list(Detectors.all.map { $0.name }))
  var detector = RetinaNet.name

  func run() throws {
    let detector = try Detectors.detector(named: detector, at: Fault.Place("--detector \(detector)"))
    switch kind {
    case .scenes: Table.print(Gallery.entries.map { [$0.name, $0.summary] })
    case .detectors: Table.print(Detectors.all.map { [$0.name, $0.summary] })
    case .steps: Self.steps(of: detector)
    case .parameters: Self.parameters(of: detector)
    }
  }

  private static func steps<D: Detector>(of detector: D.Type) {
    Table.print(
      D.steps.map { step in
        let occasion =
          switch step.occasion {
          case .always: ""
          case .network: " (with the built-in network)"
          case .predictions: " (with --predictions)"
          }
        return [step.id, step.title + occasion, step.formula, step.source]
      })
  }

  private static func parameters(of detector: any Detector.Type) {
    Table.print(
      detector.parameters.map { parameter in
        [
          parameter.name, parameter.standard.text, parameter.unit, "\(parameter.meaning)",
          parameter.kind.wanted, parameter.source,
        ]
      }, heading: ["name", "default", "unit", "meaning", "wanted", "source"])
    print("\npresets")
    Table.print(detector.presets.map { ["  \($0.name)", $0.meaning] })
  }
}

/// Columns of text on standard output.
enum Table {
  static func print(_ rows: [[String]], heading: [String]? = nil) {
    let all = (heading.map { [$0] } ?? []) + rows
    let count = all.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in all.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
    for row in all {
      let cells = row.enumerated().map { column, cell in
        column == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
      }
      Swift.print(cells.joined(separator: "  "))
    }
  }
}
