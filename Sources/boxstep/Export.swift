import ArgumentParser
import Detectors
import Exports
import Foundation
import Scenes
import Screen
import Walkthroughs

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "A step, an iteration or a lesson as text, picture, page or recording.",
    discussion: """
      txt is what the screen shows, as text. svg and png are pictures of it, a file a step. html is one page that works
      without a network: the picture with its boxes, the step's numbers and why; of a lesson, its narration and questions.
      cast is a recording for asciinema, with a marker at every chapter. What FILE ends in names the format.

      EXAMPLES
        boxstep export slender --step match --format txt
        boxstep export slender --step match --select "gt 1" --output slender.png
        boxstep export crowd --detector fcos --iterations 100 --output crowd.html
        boxstep export walkthroughs/ignore-band.yaml --output ignore-band.html
        boxstep export walkthroughs/ignore-band.yaml --output ignore-band.cast
        boxstep export walkthroughs/ignore-band.yaml --format svg --output pictures
      """)

  @Argument(
    help: "A scene of the gallery, a scene file, a picture, or a lesson.",
    completion: .list(Gallery.names))
  var subject: String

  @Option(help: "One step by its id. Without it, all.")
  var step: String?

  @OptionGroup var detector: DetectorOptions

  @Option(help: "Train so many iterations first and export the last.")
  var iterations = 1

  @Option(help: "Which of a step's views is shown, 1 for the first.")
  var view: Int?

  @Option(help: ArgumentHelp("What is selected: \"gt 2\", \"P4 3,5 #4\", \"detection 0\".", valueName: "place"))
  var select: String?

  @Option(help: "txt, svg, png, html or cast.")
  var format: ExportFormat?

  @Option(help: "Columns and rows of the screen.")
  var size = ScreenSize(columns: 120, rows: 36)

  @Flag(help: "Draw with plain ASCII characters only.")
  var ascii = false

  @Option(help: "The background: dark or light. A page follows its reader's.")
  var background: Appearance.Background = .dark

  @Option(help: "The theme: dark, light, colorblind or mono.")
  var theme: String?

  @Option(
    help: "A file, or a folder for a picture a step. Without it text goes to standard output.", completion: .file())
  var output: String?

  func validate() throws {
    try Iterations.check(iterations, detector)
    if let theme, !Appearance.themes.contains(theme) {
      throw ValidationError("--theme \(theme): wanted one of \(Appearance.themes.joined(separator: ", "))")
    }
    if let view, view < 1 { throw ValidationError("--view \(view): wanted a view's number, 1 for the first") }
  }

  func run() throws {
    let (format, destination) = try Destination.find(
      format: format, output: output, isWhole: step == nil, isFolder: Self.isFolder)
    if destination == .standardOutput, !format.isText, isatty(STDOUT_FILENO) == 1 {
      throw Fault(.missing(wanted: "a file by --output: a terminal can't show png"), at: Fault.Place("--format png"))
    }
    let files = try Export.write(reel(), as: format, to: destination)
    guard let first = files.first else { return }
    Words.say(files.count == 1 ? "Written to \(first)." : "\(files.count) files, from \(first) on.")
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }

  private func reel() throws -> Reel {
    var appearance = Appearance(background: background, glyphs: ascii ? .ascii : .unicode)
    if let theme { appearance = appearance.themed(theme) }
    let size = Size(columns: size.columns, rows: size.rows)
    if let lesson = try lesson() {
      try checkLessonOptions()
      let reel = try Reel(lesson, appearance, size)
      return try step.map { (id) throws(Fault) in try reel.only(id) } ?? reel
    }
    let focus = Reel.Focus(iteration: iterations, view: view, place: select)
    return try Reel(detector.trainer(for: subject), step: step, focus, appearance, size)
  }

  /// A lesson by its file, or by its name where no scene has that.
  private func lesson() throws(Fault) -> Lesson? {
    if Gallery.names.contains(subject) { return nil }
    if LessonShelf.shipped.entries.contains(where: { $0.name == subject }) {
      return try LessonShelf.shipped.lesson(subject)
    }
    return try LessonFile.isLesson(subject) ? LessonFile.read(subject) : nil
  }

  /// A lesson says itself what it is about.
  private func checkLessonOptions() throws(Fault) {
    let given: [(String, Bool)] = [
      ("--iterations", iterations != 1), ("--view", view != nil), ("--select", select != nil),
      ("--detector", detector.detector != nil), ("--config", detector.config != nil),
      ("--set", !detector.assignments.isEmpty), ("--predictions", detector.predictions != nil),
      ("--boxes", detector.boxes != nil), ("--classes", detector.classes != nil), ("--seed", detector.seed != 0),
      ("--max-side", detector.maxSide != SceneFile.defaultMaxSide),
    ]
    if let (name, _) = given.first(where: \.1) {
      throw Fault(.mismatch(found: "a lesson", wanted: "a scene: a lesson has its own settings"), at: Fault.Place(name))
    }
  }
}

extension ExportFormat: ExpressibleByArgument {}

/// "120x36".
struct ScreenSize: ExpressibleByArgument {
  let columns: Int
  let rows: Int

  init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
  }

  /// What the smallest screen needs, to more than any has.
  init?(argument: String) {
    let parts = argument.split(omittingEmptySubsequences: false) { "x×X".contains($0) }.compactMap { Int($0) }
    guard parts.count == 2, (60...500).contains(parts[0]), (18...300).contains(parts[1]) else { return nil }
    self.init(columns: parts[0], rows: parts[1])
  }

  var defaultValueDescription: String { "\(columns)x\(rows)" }
}
