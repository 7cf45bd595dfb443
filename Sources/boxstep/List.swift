import ArgumentParser
import Detectors
import Expressions
import Scenes
import Walkthroughs

struct List: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List scenes, detectors, steps, parameters, walkthroughs, or what expressions are made of.",
    discussion: """
      EXAMPLES
        boxstep list scenes
        boxstep list parameters
        boxstep list steps --detector retinanet
        boxstep list walkthroughs
        boxstep list expressions
      """)

  enum Kind: String, CaseIterable, ExpressibleByArgument {
    case scenes
    case detectors
    case steps
    case parameters
    case walkthroughs
    case expressions
  }

  @Argument(help: "What to list: scenes, detectors, steps, parameters, walkthroughs or expressions.")
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
    case .walkthroughs: Self.walkthroughs()
    case .expressions: Self.expressions()
    }
  }

  private static func walkthroughs() {
    Table.print(
      LessonShelf.shipped.lessons.map { entry, lesson in
        [entry.name, lesson.level.rawValue, "\(lesson.minutes) min", lesson.title]
      })
  }

  private static func expressions() {
    // One table, so that its columns stand under each other.
    var rows = [["path", "type", "meaning", "example"]]
    for section in ExpressionPage.sections {
      rows += [[""], [section.title]]
      rows += section.rows.map { ["  \($0.spelling)", $0.type, $0.meaning, $0.example] }
    }
    Table.print(rows)
    print("\n\(ExpressionPage.notes.joined(separator: "\n"))")
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
    let standard = Settings(defaultsOf: detector)
    print("\nclassic mistakes, which the debugger's parameters (P) switch")
    Table.print(detector.mistakes.map { ["  \($0.name)", $0.text(in: standard)] })
  }
}

/// Columns of text on standard output.
enum Table {
  static func print(_ rows: [[String]], heading: [String]? = nil) {
    let all = (heading.map { [$0] } ?? []) + rows
    let count = all.map(\.count).max() ?? 0
    // A line of a single cell is a title: no column.
    let widths = (0..<count).map { column in
      all.filter { $0.count > 1 }.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    for row in all {
      let cells = row.enumerated().map { column, cell in
        column == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
      }
      Swift.print(cells.joined(separator: "  "))
    }
  }
}
