import ArgumentParser
import Detectors
import Scenes
import Traces

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train without the debugger: progress, losses, and which objects are found.",
    discussion: """
      An object is found when a detection of its class overlaps it with IoU ≥ .5 and a score ≥ .3. AP50 and AP are
      average precision as COCO defines it, of all detections on this picture: AP50 at IoU .5, AP the mean over .50,
      .55 … .95. A detection is true when it is the best left of an object, a duplicate when the object was taken.

      EXAMPLES
        boxstep train mixed
        boxstep train crowd --iterations 100 --set learning_rate=1e-3
      """)

  @OptionGroup var options: SceneOptions

  @Option(help: "How many iterations.")
  var iterations = 300

  @Flag(help: "Exit with 1 unless the loss fell and every object with a positive anchor was found.")
  var check = false

  func validate() throws {
    try Iterations.check(iterations)
    guard options.detector.predictions == nil else {
      throw ValidationError("--predictions leaves no network to train: use boxstep trace or boxstep open")
    }
  }

  func run() throws {
    var trainer = try options.trainer()
    var progress = Progress(total: iterations)
    var trace = trainer.iterate()
    let first = trace
    progress.show(trace)
    for _ in 1..<iterations {
      trace = trainer.iterate()
      progress.show(trace)
    }
    progress.finish()
    report(trace, first: first)
  }

  private func report(_ trace: Trace, first start: Trace) {
    let (first, last) = (start.losses.last?.value ?? 0, trace.losses.last?.value ?? 0)
    print("loss \(Number.text(first)) → \(Number.text(last)) in \(Number.plural(iterations, "iteration"))")
    for line in kept(from: start, to: trace) { print(line) }
    let evaluation = Evaluation(trace)
    let objects = evaluation.objects
    Table.print(
      objects.enumerated().map { gt, object in
        let words = evaluation.words(of: gt)
        return [
          "gt \(gt)", trace.scene.classes[object.label], object.positives.map { Number.plural($0, "positive") } ?? "",
          object.positives == 0 && object.detection == nil
            ? "\(words) (boxstep why \(options.scene) gt:\(gt))" : words,
        ]
      })
    print("found \(objects.count { $0.detection != nil }) of \(objects.count) objects")
    print(evaluation.summary)
    let missed = objects.contains { $0.detection == nil && $0.positives != 0 }
    if check && (missed || last >= first) { Words.fail("the loss did not fall, or an object was missed", code: 1) }
  }

  /// What the steps' histories follow, where it is a single number: how it went from the first iteration to the last.
  private func kept(from start: Trace, to end: Trace) -> [String] {
    end.steps.flatMap(\.views).flatMap { view -> [String] in
      guard case .history(let history) = view else { return [] }
      return history.lines.compactMap { line in
        guard let before = start[line.value]?[], let after = end[line.value]?[] else { return nil }
        return "\(history.title): \(line.name) \(Number.text(before, digits: 3)) → \(Number.text(after, digits: 3))"
      }
    }
  }
}

/// A bar with the time left on a terminal, a line now and then elsewhere.
private struct Progress {
  let total: Int
  private let start = ContinuousClock.now
  private var shown = ContinuousClock.now - .seconds(1)
  private let isLive = Words.areOnTerminal

  init(total: Int) { self.total = total }

  mutating func show(_ trace: Trace) {
    let done = trace.iteration
    let losses = trace.losses.map { "\($0.name) \(Number.text($0.value, digits: 3))" }.joined(separator: "  ")
    guard isLive else {
      let every = max(1, total / 10)
      if done == 1 || done % every == 0 || done == total { Words.say("iteration \(done)/\(total)  \(losses)") }
      return
    }
    let now = ContinuousClock.now
    guard done == total || now - shown >= .milliseconds(100) else { return }
    shown = now
    let left = (now - start) / done * (total - done)
    let seconds = left.components.seconds
    let width = 24
    let filled = width * done / total
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    let eta = seconds >= 60 ? "\(seconds / 60) min \(seconds % 60) s" : "\(seconds) s"
    Words.write("\r\(bar) \(done)/\(total)  \(losses)  \(eta) left\u{1b}[K")
  }

  func finish() {
    if isLive { Words.write("\n") }
  }
}
