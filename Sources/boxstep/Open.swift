import ArgumentParser
import Scenes

struct Open: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Open the debugger on a scene.")

  @OptionGroup var detector: DetectorOptions

  func run() throws { }
}
