import Foundation

/// PyTorch on the same work, run by a script that prints medians as JSON.
struct PyTorchTwin {
  let python: String
  let repeats: Int

  /// The script's median of a case in milliseconds, or nil when it can't be had.
  func median(of name: String) -> Double? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      python, "Tests/PyTorch/twin.py", "--json", "--only", name, "--repeats", "\(repeats)",
    ]
    let pipe = Pipe()
    process.standardOutput = pipe
    guard (try? process.run()) != nil else { return nil }
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (try? JSONDecoder().decode([String: Double].self, from: data))?[name]
  }
}
