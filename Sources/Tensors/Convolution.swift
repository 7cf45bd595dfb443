extension Tape {
  /// Cross-correlation of a map C,H,W with weights O,C,k,k: the "convolution" of every framework.
  ///
  /// The output is O,H′,W′ with H′ = ⌊(H + 2·padding − k) / stride⌋ + 1.
  /// - Precondition: the padded map is at least as large as the kernel.
  public mutating func convolution(
    _ x: Variable, weight: Variable, bias: Variable? = nil, stride: Int = 1, padding: Int = 0
  ) -> Variable {
    let convolution = Convolution(
      input: self[x], weight: self[weight], stride: stride, padding: padding)
    let output = convolution.forward(bias: bias.map { self[$0].elements })
    return record(output, from: [x, weight] + (bias.map { [$0] } ?? [])) { gradient, wanted in
      let dx = wanted[0] ? convolution.inputGradient(gradient) : nil
      let dw = wanted[1] ? convolution.weightGradient(gradient) : nil
      guard bias != nil else { return [dx, dw] }
      return [dx, dw, wanted[2] ? convolution.biasGradient(gradient) : nil]
    }
  }
}

/// One convolution as products of small matrices. Positions of the output are taken a panel at a
/// time; their patches of the input, written side by side, are the matrix that the weights multiply.
private struct Convolution {
  let weight: Tensor
  let stride: Int
  let padding: Int
  let inputShape: [Int]
  let padded: Tensor
  let kernel: Int
  let outputs: Int
  let height: Int
  let width: Int

  /// Channels · k · k: the length of a patch.
  var depth: Int { weight.count / outputs }
  var positions: Int { height * width }
  private var paddedWidth: Int { padded.shape[2] }
  private var paddedPlane: Int { padded.shape[1] * padded.shape[2] }

  init(input: Tensor, weight: Tensor, stride: Int, padding: Int) {
    self.weight = weight
    self.stride = stride
    self.padding = padding
    inputShape = input.shape
    padded = input.padded(by: padding)
    kernel = weight.shape[2]
    outputs = weight.shape[0]
    precondition(weight.shape[1] == input.shape[0], "channels disagree")
    precondition(padded.shape[1] >= kernel && padded.shape[2] >= kernel, "map smaller than kernel")
    height = (padded.shape[1] - kernel) / stride + 1
    width = (padded.shape[2] - kernel) / stride + 1
  }

  func forward(bias: [Float]?) -> Tensor {
    var output = Tensor.zeros([outputs, height, width])
    if let bias {
      for o in 0..<outputs {
        for p in 0..<positions { output.elements[o * positions + p] = bias[o] }
      }
    }
    let panel = Kernels.panel
    withScratch(depth * panel) { patches in
      weight.elements.withUnsafeBufferPointer { weight in
        output.elements.withUnsafeMutableBufferPointer { output in
          guard let weight = weight.baseAddress, let output = output.baseAddress else { return }
          for start in Swift.stride(from: 0, to: positions, by: panel) {
            let count = min(panel, positions - start)
            gather(start, count, into: patches, stride: panel)
            Kernels.multiply(
              rows: outputs, depth: depth, weight, stride: depth, panel: patches,
              into: output + start, stride: positions, columns: count)
          }
        }
      }
    }
    return output
  }

  /// dW = Σ over positions of patch · output gradient. The sums are made as W transposed, a stretch
  /// of positions at a time, because patches are cheap to read along positions.
  func weightGradient(_ gradient: Tensor) -> Tensor {
    let stretch = 128
    let panel = Kernels.panel
    var transposed = [Float](repeating: 0, count: depth * outputs)
    withScratch(depth * stretch) { patches in
      withScratch(stretch * panel) { slope in
        transposed.withUnsafeMutableBufferPointer { transposed in
          guard let transposed = transposed.baseAddress else { return }
          for start in Swift.stride(from: 0, to: positions, by: stretch) {
            let count = min(stretch, positions - start)
            gather(start, count, into: patches, stride: stretch)
            for first in Swift.stride(from: 0, to: outputs, by: panel) {
              let columns = min(panel, outputs - first)
              transpose(gradient, rows: first..<first + columns, start, count, into: slope)
              Kernels.multiply(
                rows: depth, depth: count, patches, stride: stretch, panel: slope,
                into: transposed + first, stride: outputs, columns: columns)
            }
          }
        }
      }
    }
    var result = Tensor.zeros(weight.shape)
    for o in 0..<outputs {
      for d in 0..<depth { result.elements[o * depth + d] = transposed[d * outputs + o] }
    }
    return result
  }

  /// dX. With stride 1 it is itself a convolution: of the gradient with the weights turned round.
  func inputGradient(_ gradient: Tensor) -> Tensor {
    guard stride == 1, padding < kernel else { return scattered(gradient) }
    return Convolution(
      input: gradient, weight: turnedWeight, stride: 1, padding: kernel - 1 - padding
    ).forward(bias: nil)
  }

  /// C,O,k,k: the weights seen from the input, every kernel turned by half a turn.
  private var turnedWeight: Tensor {
    let taps = kernel * kernel
    let channels = inputShape[0]
    var result = Tensor.zeros([channels, outputs, kernel, kernel])
    for o in 0..<outputs {
      for c in 0..<channels {
        for t in 0..<taps {
          result.elements[(c * outputs + o) * taps + taps - 1 - t] =
            weight.elements[(o * channels + c) * taps + t]
        }
      }
    }
    return result
  }

  /// dX for any stride: every position's gradient, spread over its patch by the weights.
  private func scattered(_ gradient: Tensor) -> Tensor {
    let panel = Kernels.panel
    var transposed = [Float](repeating: 0, count: weight.count)
    for o in 0..<outputs {
      for d in 0..<depth { transposed[d * outputs + o] = weight.elements[o * depth + d] }
    }
    var result = Tensor.zeros(padded.shape)
    withScratch(depth * panel) { patches in
      withScratch(outputs * panel) { slope in
        transposed.withUnsafeBufferPointer { transposed in
          gradient.elements.withUnsafeBufferPointer { gradient in
            result.elements.withUnsafeMutableBufferPointer { result in
              guard let weights = transposed.baseAddress, let gradient = gradient.baseAddress,
                let result = result.baseAddress
              else { return }
              for start in Swift.stride(from: 0, to: positions, by: panel) {
                let count = min(panel, positions - start)
                for o in 0..<outputs {
                  (slope + o * panel).update(from: gradient + o * positions + start, count: count)
                }
                patches.update(repeating: 0, count: depth * panel)
                Kernels.multiply(
                  rows: depth, depth: outputs, weights, stride: outputs, panel: slope,
                  into: patches, stride: panel, columns: count)
                scatter(start, count, from: patches, into: result)
              }
            }
          }
        }
      }
    }
    return result.cropped(to: inputShape, by: padding)
  }

  func biasGradient(_ gradient: Tensor) -> Tensor {
    gradient.elements.withUnsafeBufferPointer { g in
      Tensor(
        shape: [outputs],
        elements: (0..<outputs).map { o in
          g.baseAddress.map { Sums.sum($0 + o * positions, positions) } ?? 0
        })
    }
  }

  /// Visits runs of positions that lie in one row of the output: where each begins in the stretch,
  /// its length, and where in the padded plane its first patch begins.
  @inline(__always)
  private func forEachRun(_ start: Int, _ count: Int, _ visit: (Int, Int, Int) -> Void) {
    var done = 0
    while done < count {
      let row = (start + done) / width
      let column = (start + done) % width
      let length = min(count - done, width - column)
      visit(done, length, row * stride * paddedWidth + column * stride)
      done += length
    }
  }

  /// patches[d][j] = element d of the patch at position start + j.
  private func gather(
    _ start: Int, _ count: Int, into patches: UnsafeMutablePointer<Float>, stride rowLength: Int
  ) {
    padded.elements.withUnsafeBufferPointer { padded in
      guard let base = padded.baseAddress else { return }
      forEachRun(start, count) { at, length, place in
        forEachTap { d, offset in
          let source = base + place + offset
          let target = patches + d * rowLength + at
          if stride == 1 {
            target.update(from: source, count: length)
          } else {
            for j in 0..<length { target[j] = source[j * stride] }
          }
        }
      }
    }
  }

  /// The way back of `gather`: adds each patch to where it came from.
  private func scatter(
    _ start: Int, _ count: Int, from patches: UnsafeMutablePointer<Float>,
    into result: UnsafeMutablePointer<Float>
  ) {
    forEachRun(start, count) { at, length, place in
      forEachTap { d, offset in
        let target = result + place + offset
        let source = patches + d * Kernels.panel + at
        for j in 0..<length { target[j * stride] += source[j] }
      }
    }
  }

  /// Every element of a patch: its index, and its offset from the patch's first.
  @inline(__always)
  private func forEachTap(_ visit: (Int, Int) -> Void) {
    var d = 0
    for channel in 0..<inputShape[0] {
      for y in 0..<kernel {
        for x in 0..<kernel {
          visit(d, channel * paddedPlane + y * paddedWidth + x)
          d += 1
        }
      }
    }
  }

  private func transpose(
    _ gradient: Tensor, rows: Range<Int>, _ start: Int, _ count: Int,
    into slope: UnsafeMutablePointer<Float>
  ) {
    gradient.elements.withUnsafeBufferPointer { g in
      for (column, o) in rows.enumerated() {
        let from = o * positions + start
        for p in 0..<count { slope[p * Kernels.panel + column] = g[from + p] }
      }
    }
  }

  private func withScratch(_ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) {
    let scratch = UnsafeMutablePointer<Float>.allocate(capacity: max(1, count))
    scratch.initialize(repeating: 0, count: count)
    defer { scratch.deallocate() }
    body(scratch)
  }
}

extension Tensor {
  /// A map C,H,W with a border of zeros.
  func padded(by border: Int) -> Tensor {
    guard border > 0 else { return self }
    var result = Tensor.zeros([shape[0], shape[1] + 2 * border, shape[2] + 2 * border])
    forEachRow(of: result.shape, border: border) { inner, outer in
      for x in 0..<shape[2] { result.elements[outer + x] = elements[inner + x] }
    }
    return result
  }

  /// The map without its border.
  func cropped(to shape: [Int], by border: Int) -> Tensor {
    guard border > 0 else { return self }
    var result = Tensor.zeros(shape)
    result.forEachRow(of: self.shape, border: border) { inner, outer in
      for x in 0..<shape[2] { result.elements[inner + x] = elements[outer + x] }
    }
    return result
  }

  private func forEachRow(of outer: [Int], border: Int, _ visit: (Int, Int) -> Void) {
    for c in 0..<shape[0] {
      for y in 0..<shape[1] {
        visit((c * shape[1] + y) * shape[2], (c * outer[1] + y + border) * outer[2] + border)
      }
    }
  }
}
