import ArgumentParser
import Detectors
import Scenes
import Walkthroughs

struct WalkthroughCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "walkthrough", abstract: "Write a lesson.", subcommands: [New.self])

  struct New: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Begin a lesson: a file of three steps that can be played at once.",
      discussion: """
        EXAMPLES
          boxstep walkthrough new lamps.yaml --scene slender
          boxstep walkthrough new harbour-lesson.yaml --scene harbour.jpg --detector fcos
        """)

    @Argument(help: "The lesson's file; it must not be there yet.", completion: .file(extensions: ["yaml"]))
    var file: String

    @Option(
      help: "A scene of the gallery, a scene file, or a picture with its boxes beside it.",
      completion: .list(Gallery.names))
    var scene = "mixed"

    @Option(help: "The detector.", completion: .list(Detectors.all.map { $0.name }))
    var detector = RetinaNet.name

    func run() throws {
      let path = file.hasSuffix(".yaml") || file.hasSuffix(".yml") ? file : file + ".yaml"
      let detector = try Detectors.detector(named: detector, at: Fault.Place("--detector \(detector)"))
      let name = Gallery.scene(named: scene) == nil ? LessonShelf.scene(scene, from: path) : scene
      let trainer = try Trainer(
        SceneName.find(scene), detector: detector, settings: Settings(defaultsOf: detector), seed: 0)
      try InputFile.create(Array(LessonTemplate(scene: name, trainer).text.utf8), at: path)
      Words.say("Written to \(path). Play it with\n  boxstep play \(path) --watch")
    }
  }
}
