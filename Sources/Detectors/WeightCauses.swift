import Tensors

extension KeptIteration {
  /// For each prior, how far the loss falls, to first order, because its guesses follow the move of one weight tensor:
  /// −Σ ∂L/∂guess · Δguess. As the move is the sum of what all priors asked for, those with the largest number are those
  /// that caused it most. Shape N; nil where there is no such weight, or it did not move yet.
  ///
  /// Only what goes through the guesses at priors is counted: a second stage's weights get 0 everywhere.
  package func causes(ofWeight name: String) -> [Double]? {
    guard let after, before.learns, let index = before.network.names.firstIndex(of: name) else { return nil }
    var moved = before.network
    moved.weights[index] = after.network.weights[index]
    let (old, new) = (before.guesses(of: before.network), before.guesses(of: moved))
    var causes = [Double](repeating: 0, count: trace.priors.count)
    for (prediction, numbers) in old {
      guard let slopes = trace["gradients.\(prediction)"]?.doubles, let others = new[prediction],
        slopes.count == numbers.count, !causes.isEmpty
      else { continue }
      let depth = numbers.count / causes.count
      for place in 0..<depth * causes.count {
        causes[place / depth] -= slopes[place] * (Double(others.elements[place]) - Double(numbers.elements[place]))
      }
    }
    return causes
  }
}

extension Trainer {
  /// What a network guesses at each prior of the scene, by the predictions' names.
  fileprivate func guesses(of network: Network) -> [String: Tensor] {
    var tape = Tape()
    var run = NetworkRun(network, on: &tape)
    let image = tape.constant(Tensor(picture: scene.picture))
    run.backbone(image, on: &tape)
    run.pyramid(on: &tape)
    var guesses: [String: Tensor] = [:]
    for head in heads {
      let guess = run.head(head, on: &tape)
      guesses[head.prediction] = tape[guess]
    }
    return guesses
  }
}
