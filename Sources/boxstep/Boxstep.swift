import ArgumentParser
import Scenes

@main
struct Boxstep: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "boxstep",
    abstract: "Step through one training iteration of an object detector, forwards and backwards.",
    discussion: """
      Without a command, boxstep shows its scenes and opens the one you choose.

      EXAMPLES
        boxstep                          choose a scene and step through it
        boxstep open slender             a scene whose objects get no positive anchor
        boxstep why slender gt:0         why that is so, without the debugger
        boxstep train mixed              train 300 iterations and see what is found
      """,
    version: version,
    subcommands: [
      Open.self, WhyCommand.self, Compare.self, TraceCommand.self, Train.self, Losses.self, Play.self,
      WalkthroughCommand.self,
      ExportCommand.self, List.self,
    ],
    defaultSubcommand: Open.self)

  /// Exit codes: 0 done, 1 a check failed, 2 wrong usage or input.
  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let fault as Fault {
      Words.fail("\(fault)")
    } catch {
      let code = exitCode(for: error)
      let message = fullMessage(for: error)
      guard code != .success, !message.isEmpty else { exit(withError: error) }
      Words.fail(message, code: code == .validationFailure ? 2 : code.rawValue)
    }
  }
}
