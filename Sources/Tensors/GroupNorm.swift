extension Tape {
  /// Group normalisation (Wu & He 2018) of a map C,H,W: each group of channels to mean 0 and
  /// variance 1 (biased, plus ε), then scaled and shifted channel by channel.
  ///
  /// - Precondition: `groups` divides the channels.
  public mutating func groupNorm(
    _ x: Variable, scale: Variable, shift: Variable, groups: Int, epsilon: Float = 1e-5
  ) -> Variable {
    let input = self[x]
    let gamma = self[scale].elements
    let norm = GroupNorm(input, groups: groups, epsilon: epsilon)
    let output = norm.apply(gamma: gamma, beta: self[shift].elements)
    return record(output, from: [x, scale, shift]) { gradient, _ in
      norm.backward(gradient, gamma: gamma)
    }
  }
}

/// One application: the normalised map and each group's 1/σ, which the way back needs.
private struct GroupNorm {
  let normalized: Tensor
  let inverseDeviations: [Float]
  let groups: Int
  let channels: Int
  let cells: Int

  init(_ input: Tensor, groups: Int, epsilon: Float) {
    precondition(input.shape[0] % groups == 0, "groups must divide the channels")
    self.groups = groups
    channels = input.shape[0]
    cells = input.count / max(1, channels)
    let size = input.count / groups
    var result = input
    var inverses: [Float] = []
    result.elements.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      for group in 0..<groups {
        let x = base + group * size
        let mean = Sums.sum(x, size) / Float(size)
        let variance = Sums.squares(x, minus: mean, size) / Float(size)
        let inverse = 1 / (variance + epsilon).squareRoot()
        for i in 0..<size { x[i] = (x[i] - mean) * inverse }
        inverses.append(inverse)
      }
    }
    normalized = result
    inverseDeviations = inverses
  }

  func apply(gamma: [Float], beta: [Float]) -> Tensor {
    var output = normalized
    output.elements.withUnsafeMutableBufferPointer { y in
      for channel in 0..<channels {
        let (g, b) = (gamma[channel], beta[channel])
        for i in channel * cells..<(channel + 1) * cells { y[i] = y[i] * g + b }
      }
    }
    return output
  }

  /// dx = (1/σ)·(dy·γ − mean(dy·γ) − x̂·mean(dy·γ·x̂)), means over the group; dγ = Σ dy·x̂; dβ = Σ dy.
  func backward(_ gradient: Tensor, gamma: [Float]) -> [Tensor?] {
    var dGamma = Tensor.zeros([channels])
    var dBeta = Tensor.zeros([channels])
    var dx = gradient
    normalized.elements.withUnsafeBufferPointer { normalized in
      dx.elements.withUnsafeMutableBufferPointer { dx in
        guard let xhat = normalized.baseAddress, let dy = dx.baseAddress else { return }
        for channel in 0..<channels {
          dGamma.elements[channel] = Sums.dot(dy + channel * cells, xhat + channel * cells, cells)
          dBeta.elements[channel] = Sums.sum(dy + channel * cells, cells)
        }
        for group in 0..<groups {
          backward(group, dy, xhat, gamma, dGamma.elements, dBeta.elements)
        }
      }
    }
    return [dx, dGamma, dBeta]
  }

  private func backward(
    _ group: Int, _ dy: UnsafeMutablePointer<Float>, _ xhat: UnsafePointer<Float>, _ gamma: [Float],
    _ dGamma: [Float], _ dBeta: [Float]
  ) {
    let members = group * channels / groups..<(group + 1) * channels / groups
    let size = Float(members.count * cells)
    var mean: Float = 0
    var correlation: Float = 0
    for channel in members {
      mean += dBeta[channel] * gamma[channel]
      correlation += dGamma[channel] * gamma[channel]
    }
    mean /= size
    correlation /= size
    let inverse = inverseDeviations[group]
    for channel in members {
      let g = gamma[channel]
      for i in channel * cells..<(channel + 1) * cells {
        dy[i] = inverse * (dy[i] * g - mean - xhat[i] * correlation)
      }
    }
  }
}
