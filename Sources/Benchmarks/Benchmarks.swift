import ArgumentParser
import Traces

#if canImport(Glibc)
  import Glibc
#endif

@main
struct Benchmarks: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Time boxstep, and PyTorch on the same work beside it.",
    discussion: """
      Prints medians in milliseconds, one thread. With --python the same cases run in PyTorch in the same session
      (Tests/PyTorch/twin.py) and the ratio PyTorch / boxstep is printed: over 1 boxstep is the faster.

      EXAMPLE
        swift build -c release && .build/release/Benchmarks --python python3
      """)

  @Option(help: "A Python that has PyTorch; left out, only boxstep is timed.")
  var python: String?

  @Option(help: "Measurements of each case; the median is printed.")
  var repeats = 15

  @Option(help: "Only the cases whose names contain this.")
  var only: String?

  func run() throws {
    Self.recycleMemory()
    let all =
      EngineCases.all + FreeAnchorCases.all + DragCases.all + WhatIfCases.all + TravelCases.all + ScreenCases.all
      + TrainingKeyCases.all
    let cases = all.filter { only.map($0.name.contains) ?? true }
    let twin = python.map { PyTorchTwin(python: $0, repeats: repeats) }
    print("case                      median ms      min      max   PyTorch ms   ratio")
    for item in cases {
      let times = try item.measure(repeats)
      let other = item.hasTwin ? twin?.median(of: item.name) : nil
      print(Self.line(item.name, times, other))
    }
  }

  /// Starts the program anew with an allocator that keeps large arrays for the next run instead of mapping them
  /// afresh, as the PyTorch twin does: what is timed is the work.
  private static func recycleMemory() {
    #if canImport(Glibc)
      guard getenv("MALLOC_MMAP_THRESHOLD_") == nil else { return }
      setenv("MALLOC_MMAP_THRESHOLD_", "4294967296", 1)
      setenv("MALLOC_TRIM_THRESHOLD_", "17179869184", 1)
      execv("/proc/self/exe", CommandLine.unsafeArgv)
    #endif
  }

  private static func line(_ name: String, _ times: [Double], _ other: Double?) -> String {
    let sorted = times.sorted()
    guard let least = sorted.first, let most = sorted.last else { return "\(name): not measured" }
    let median = sorted[sorted.count / 2]
    func column(_ number: Double?, _ width: Int) -> String {
      let text = number.map { Number.fixed($0, decimals: 2) } ?? ""
      return String(repeating: " ", count: max(0, width - text.count)) + text
    }
    let padded = name + String(repeating: " ", count: max(0, 22 - name.count))
    return padded + column(median, 13) + column(least, 9) + column(most, 9) + column(other, 13)
      + column(other.map { $0 / median }, 8)
  }
}

/// One thing to time.
struct Case: Sendable {
  let name: String
  let hasTwin: Bool
  /// Milliseconds of each of a number of runs, after a warm-up.
  let measure: @Sendable (Int) throws -> [Double]

  /// Times a body; `prepare` makes what it works on.
  init<Work>(
    _ name: String, hasTwin: Bool = false, prepare: @escaping @Sendable () throws -> Work,
    body: @escaping @Sendable (inout Work) throws -> Void
  ) {
    self.name = name
    self.hasTwin = hasTwin
    measure = { repeats in
      var work = try prepare()
      try body(&work)
      try body(&work)
      return try (0..<repeats).map { _ in
        let start = ContinuousClock.now
        try body(&work)
        return (ContinuousClock.now - start).milliseconds
      }
    }
  }

  /// Measures itself.
  init(_ name: String, measure: @escaping @Sendable (Int) throws -> [Double]) {
    self.name = name
    hasTwin = false
    self.measure = measure
  }
}

extension Duration {
  var milliseconds: Double {
    Double(components.seconds) * 1e3 + Double(components.attoseconds) * 1e-15
  }
}
