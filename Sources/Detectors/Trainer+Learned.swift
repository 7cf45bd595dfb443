extension Trainer {
  /// All that training has changed, a list for each weight: the weights, then the optimiser's memory. With it, and the
  /// rest of the trainer, a run goes on to the same bits.
  package var learned: [[Float]] {
    get { network.weights.map(\.elements) + optimizer.memory }
    set {
      let count = network.weights.count
      for (index, numbers) in newValue.prefix(count).enumerated() { network.weights[index].elements = numbers }
      optimizer.memory = Array(newValue.dropFirst(count))
    }
  }
}
