import Detectors
import Expressions
import Scenes
import Traces

/// Any text: read, written again, evaluated, completed, and filtered by.
func fuzzExpressions(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  let trace = Subjects.traces[bytes.count % Subjects.traces.count]
  let moment = Moment(trace, step: (bytes.first.map(Int.init) ?? 0) % trace.steps.count, after: trace)
  // Completion asks the whole table: now and then is enough.
  if bytes.count % 8 == 0 {
    for completion in Expression.completions(of: text, at: text.count / 2, in: trace) {
      _ = completion.applied(to: text)
    }
  }
  do throws(ExpressionFault) {
    let expression = try Expression(parsing: text)
    let again = try Expression(parsing: expression.description)
    precondition(again.description == expression.description, "another expression was read back")
    _ = try? expression.type(in: trace)
    _ = try? expression.filter(Rows(.anchor, [0, 3, 17]), at: moment)
    _ = try expression.evaluate(in: moment).description
  } catch {
    precondition(error.range.lowerBound >= 0 && !error.pointing(width: 60).isEmpty)
  }
}

private enum Subjects {
  /// One iteration of each detector, the network as small as can be.
  static let traces: [Trace] = Detectors.all.compactMap { detector in
    let options = ["width=4", "pyramid_channels=4", "head_depth=1", "score_threshold=0.001", "pre_nms_top=5"]
    guard let scene = Gallery.scene(named: "mixed", side: 64),
      let settings = try? Settings(for: detector, assignments: options.map({ try Assignment(option: $0) })),
      var trainer = try? Trainer(scene, detector: detector, settings: settings, seed: 1)
    else { return nil }
    return trainer.iterate()
  }
}
