import Boxes
import Scenes
import Tensors
import Traces

/// What a user can edit of an iteration: the scene's objects, the settings, and single predictions.
package struct Setup: Hashable, Sendable {
  package var scene: Scene
  package var settings: Settings
  /// Later ones win.
  package var edits: [PredictionEdit]

  package init(scene: Scene, settings: Settings, edits: [PredictionEdit] = []) {
    self.scene = scene
    self.settings = settings
    self.edits = edits
  }
}

/// One of the numbers that the heads predict, set by hand.
package struct PredictionEdit: Hashable, Sendable {
  /// "cls_logits", "box_deltas".
  package let prediction: String
  /// The prior.
  package let row: Int
  /// 0 where there is one number a prior.
  package let column: Int
  package let value: Float

  package init(_ prediction: String, row: Int, column: Int = 0, to value: Float) {
    self.prediction = prediction
    self.row = row
    self.column = column
    self.value = value
  }
}

/// How far an iteration is performed.
package enum Reach: Hashable, Sendable {
  /// The whole of it.
  case end
  /// Until the losses, and their gradients by the predictions, are known: the network's own way back is not gone.
  case predictionGradients
  /// Until a step, of this id, has been done.
  case step(String)
}

/// A part of a step: what an iteration performs at a time.
struct StepPart<D: Detector>: Sendable {
  let step: Step<D>
  let part: Int

  /// Whether an iteration that goes so far ends here.
  func isLast(of reach: Reach) -> Bool {
    switch reach {
    case .end: false
    case .predictionGradients: step.id == Step<D>.gradients.id && part == 0
    case .step(let id): step.id == id && part == step.parts.count - 1
    }
  }
}

extension Setup {
  /// The furthest a corner may lie from the picture's, in pixels.
  private static let reach = 1e5

  /// As `SceneFile` does, but that a box may lie outside the picture: the mouse can take it there.
  func checkObjects() throws(Fault) {
    for (index, object) in scene.objects.enumerated() {
      let place = Fault.Place(scene.name, field: "objects[\(index)]")
      let box = object.box
      guard scene.classes.indices.contains(object.label) else {
        throw Fault(
          .mismatch(found: "class \(object.label)", wanted: "0 to \(scene.classes.count - 1), one of the classes"),
          at: place)
      }
      guard box.isFinite, box.corners.allSatisfy({ abs($0) <= Self.reach }), box.x1 < box.x2, box.y1 < box.y2,
        box.area > 0
      else {
        let found = box.corners.map { Number.text($0) }.joined(separator: ", ")
        throw Fault(.mismatch(found: "the box \(found)", wanted: "x1 < x2 and y1 < y2, in pixels"), at: place)
      }
    }
  }

  /// Whether the heads predict what is to be set.
  func check(_ heads: [HeadSpecification], rows: Int) throws(Fault) {
    for edit in edits {
      let place = Fault.Place("predictions", field: "\(edit.prediction)[\(edit.row), \(edit.column)]")
      guard let head = heads.first(where: { $0.prediction == edit.prediction }) else {
        throw Fault(.unknown(kind: "prediction", name: edit.prediction, known: heads.map(\.prediction)), at: place)
      }
      guard (0..<rows).contains(edit.row), (0..<(head.depth ?? 1)).contains(edit.column) else {
        let shape = head.shape(priors: rows).map(String.init).joined(separator: ", ")
        throw Fault(
          .mismatch(found: "row \(edit.row), column \(edit.column)", wanted: "a place in the shape \(shape)"), at: place
        )
      }
      guard edit.value.isFinite else {
        throw Fault(.mismatch(found: Number.text(Double(edit.value)), wanted: "a finite number"), at: place)
      }
    }
  }
}
