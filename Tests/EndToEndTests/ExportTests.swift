import Detectors
import Exports
import Foundation
import Scenes
import Screen
import Testing

/// `boxstep export` as a user runs it.
@Suite struct ExportTests {
  @Test func textGoesToStandardOutput() throws {
    let run = try Program("export", "slender", "--step", "match", "--format", "txt", "--select", "gt 1")
    #expect(run.status == 0 && run.words.isEmpty, "\(run.words)")
    #expect(run.output.hasPrefix("== 7/13 match\n") && run.output.contains("WHY  gt 1 (lamp)"))
  }

  @Test(
    "bad input is refused, and nothing is written",
    arguments: [
      (["slender", "--step", "mach", "--output", "OUT.txt"], "did you mean \"match\""),
      (["slendr", "--output", "OUT.html"], "did you mean \"slender\""),
      (["slender", "--step", "match", "--select", "gt 9", "--output", "OUT.png"], "gt goes from 0 to 4"),
      (["slender", "--output", "OUT.gif"], "txt, svg, png, html or cast"),
      (["slender", "--output", "OUT.svg"], "a folder"),
      (["slender", "--size", "10x10", "--output", "OUT.txt"], "--size"),
      (["LESSON", "--detector", "fcos", "--output", "OUT.html"], "a lesson has its own settings"),
      (["BROKEN", "--output", "OUT.html"], "broken.yaml:7:"),
    ])
  func faults(arguments: [String], words: String) throws {
    let folder = try TemporaryFolder()
    let lesson = """
      title: A lesson
      summary: What it is about
      level: beginner
      minutes: 5
      scene: slender
      steps:
      - {id: look, goto: match, say: There is one.}
      """
    try folder.write("lesson.yaml", lesson)
    try folder.write("broken.yaml", lesson.replacing("goto: match", with: "goto: mach"))
    let paths = arguments.map {
      $0.replacing("OUT", with: folder.file("out")).replacing("LESSON", with: folder.file("lesson.yaml"))
        .replacing("BROKEN", with: folder.file("broken.yaml"))
    }
    let run = try Program(["export"] + paths)
    #expect(run.status == 2 && run.words.contains(words), "\(run.words)")
    #expect(run.output.isEmpty && folder.names == ["broken.yaml", "lesson.yaml"])
  }

  /// What a recording writes is, on a terminal, what the debugger would have shown.
  @Test func aRecordingPlaysBack() throws {
    let folder = try TemporaryFolder()
    let run = try Program("export", "slender", "--output", folder.file("a.cast"), "--size", "100x30")
    #expect(run.status == 0, "\(run.words)")
    let text = try String(contentsOfFile: folder.file("a.cast"), encoding: .utf8)
    let scene = try #require(Gallery.scene(named: "slender"))
    let settings = Settings(defaultsOf: RetinaNet.self)
    let size = Size(columns: 100, rows: 30)
    let reel = try Reel(
      Trainer(scene, detector: RetinaNet.self, settings: settings, seed: 0), Reel.Focus(), Appearance(), size)
    let emulator = Emulator(columns: 100, rows: 30)
    var frames = reel.frames[...]
    for line in text.split(separator: "\n").dropFirst() {
      let event = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [Any])
      guard event[1] as? String == "o", let data = event[2] as? String else { continue }
      emulator.write(Array(data.utf8))
      guard let frame = frames.popFirst() else { continue }
      let canvas = frame.state.canvas(size)
      for row in 0..<30 {
        // Two pixels of a half block can be written in several ways.
        let wanted = Self.plain(canvas.text[row])
        #expect(Self.plain(emulator.line(row)) == wanted, "\(frame.id), row \(row)")
      }
    }
    #expect(frames.isEmpty && emulator.showsCursor)
  }

  private static func plain(_ line: String) -> String {
    var line = String(line.map { "▀▄█ ".contains($0) ? " " : $0 })
    while line.last == " " { line.removeLast() }
    return line
  }
}
