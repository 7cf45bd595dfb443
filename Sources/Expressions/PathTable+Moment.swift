import Scenes
import Traces

extension PathTable {
  static let moment: [PathEntry] =
    [
      PathEntry(.moment, "iteration", "the iteration, 1 for the first", example: "iteration >= 100") {
        .number(Double($0.trace.iteration))
      },
      PathEntry(.moment, "step", of: .text(.step), "the step that has just been done", example: "step == \"anchors\"") {
        .text($0.moment.stepID)
      },
      PathEntry(.moment, "detector", of: .text(.detector), "the detector", example: "detector == \"fcos\"") {
        .text($0.trace.detector)
      },
      PathEntry(.moment, "seed", "what the first weights were drawn from", example: "seed == 0") {
        .number(Double($0.trace.seed))
      },
      PathEntry(.moment, "hazards", "how many hazards the steps so far warn of", example: "hazards changes") {
        .number(Double($0.hazards.count))
      },
      PathEntry(
        .moment, "nan", of: .boolean.list(), "of each step so far, whether it left anything that is NaN or infinite",
        example: "any(nan)"
      ) { reading in
        let found = reading.moment.done.map { $0.hazards.contains { $0.kind == .notFinite } }
        return .booleans(found.count) { found[$0] }
      },
      PathEntry(.scene, "width", unit: "px", "width of the picture", example: "scene.width > 100") {
        .number(Double($0.trace.scene.width))
      },
      PathEntry(.scene, "height", unit: "px", "height of the picture", example: "scene.height == scene.width") {
        .number(Double($0.trace.scene.height))
      },
      PathEntry(.scene, "objects", "how many objects, ignored ones too", example: "scene.objects > count(gt)") {
        .number(Double($0.trace.scene.objects.count))
      },
      PathEntry(.scene, "ignored", "how many objects are to be ignored", example: "scene.ignored == 0") {
        .number(Double($0.trace.scene.ignoredObjects.count))
      },
      PathEntry(.scene, "classes", "how many classes", example: "scene.classes == 3") {
        .number(Double($0.trace.scene.classes.count))
      },
    ] + parameters + losses + gradients

  private static let parameters = [
    PathEntry(
      .parameter, "", "a parameter, as `boxstep list parameters` names it", example: "param.learning_rate < 0.01"
    ) { reading throws(Absence) in try reading.parameter() }
  ]

  private static let losses = [
    PathEntry(.loss, "", "a loss term, or the total", example: "loss.total > 5") { reading throws(Absence) in
      .numbers(of: try reading.value("losses.\(reading.name)"))
    },
    PathEntry(.loss, "sum", "what is summed before the division", example: "loss.box.sum > 10") {
      reading throws(Absence) in .number(try reading.term().sum)
    },
    PathEntry(.loss, "normalizer", "what the sum is divided by", example: "loss.box.normalizer > 1") {
      reading throws(Absence) in .number(try reading.term().normalizer.value)
    },
  ]

  private static let gradients = [
    PathEntry(.gradient, "max", "the largest |∂L/∂x| of any prediction or weight", example: "grad.max > 100") {
      reading throws(Absence) in try reading.largestGradient { _ in true }
    },
    PathEntry(.gradient, "predictions", "the largest of any prediction", example: "grad.predictions < 1") {
      reading throws(Absence) in try reading.largestGradient { !$0.hasPrefix("gradients.weights.") }
    },
    PathEntry(.gradient, "weights", "the largest of any weight", example: "grad.weights > 100") {
      reading throws(Absence) in try reading.largestGradient { $0.hasPrefix("gradients.weights.") }
    },
  ]

  static let hazards: [PathEntry] = [
    indices(.hazard, "the hazards' numbers", example: "count(hazard) > 0"),
    PathEntry(
      .hazard, "kind", of: .text(.hazard), "what kind of thing goes wrong",
      example: "any(hazard.kind == \"no positive\")"
    ) { reading in
      let found = reading.hazards.map(\.kind.rawValue)
      return .texts(found.count) { found[$0] }
    },
    PathEntry(.hazard, "message", of: .text(.any), "the warning", example: "hazard.message changes") { reading in
      let found = reading.hazards.map(\.message)
      return .texts(found.count) { found[$0] }
    },
    PathEntry(.hazard, "gt", "the GT it is about, −1 for none", example: "any(hazard.gt == 0)") { reading in
      let found = reading.hazards.map { Double($0.focus.gt ?? -1) }
      return .numbers(found.count) { found[$0] }
    },
    PathEntry(.hazard, "anchor", "the anchor it is about, −1 for none", example: "any(hazard.anchor >= 0)") { reading in
      let found = reading.hazards.map { Double($0.focus.anchor ?? -1) }
      return .numbers(found.count) { found[$0] }
    },
  ]
}

extension Reading {
  fileprivate func term() throws(Absence) -> LossTerm {
    _ = try value("losses.\(name)")
    guard let term = trace.losses.first(where: { $0.name == name }) else { throw .never("\(name) is no sum of parts") }
    return term
  }

  /// The parameter that is named, as the detector's table reads it.
  fileprivate func parameter() throws(Absence) -> Column {
    guard let text = trace.parameters.first(where: { $0.name == name })?.text,
      let type = trace.declaration(of: name)?.type
    else { throw .never("\(trace.detectorTitle) has no such parameter") }
    let parts = type.isList ? text.split(separator: ",").map(String.init) : [text]
    return switch type.kind {
    case .number: .numbers(parts.count) { Double(parts[$0]) ?? .nan }
    case .boolean: .booleans(parts.count) { parts[$0] == "true" }
    case .text: .texts(parts.count) { parts[$0] }
    }
  }

  fileprivate func largestGradient(of isWanted: (String) -> Bool) throws(Absence) -> Column {
    try need(step: "gradients", for: "gradients")
    let names = moment.done.last { $0.id == "gradients" }?.values ?? []
    let values = names.filter { $0 != "gradients.magnitude" && isWanted($0) }.compactMap { trace[$0] }
    guard !values.isEmpty else { throw .never("the gradient reaches none of them") }
    return .numbers(1) { _ in values.reduce(0) { Self.larger($0, $1.largestMagnitude) } }
  }

  private static func larger(_ a: Double, _ b: Double) -> Double { a.isNaN || b.isNaN ? .nan : max(a, b) }
}

extension Value {
  /// NaN where there is one.
  fileprivate var largestMagnitude: Double {
    switch elements {
    case .float(let numbers):
      // A sum that stays 0 unless there is a NaN or an infinity, so that the loop has no branch.
      var (most, odd): (Float, Float) = (0, 0)
      for number in numbers {
        most = max(most, abs(number))
        odd += number * 0
      }
      return odd == 0 ? Double(most) : numbers.contains { $0.isNaN } ? .nan : .infinity
    default:
      return doubles.reduce(0) { $0.isNaN || $1.isNaN ? .nan : max($0, abs($1)) }
    }
  }
}
