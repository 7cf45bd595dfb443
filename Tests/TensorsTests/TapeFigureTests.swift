import Tensors
import TestSupport
import Testing

/// The tape and the optimiser against PyTorch's numbers.
@Suite struct TapeFigureTests {
  private let figures: Figures

  init() throws { figures = try Figures() }

  /// Runs an operation on a case's inputs and compares the output and every input's gradient.
  private func compare(
    _ name: String, inputs: [String], _ operation: (inout Tape, [Tape.Variable]) throws -> Tape.Variable
  ) throws {
    var tape = Tape()
    let variables = try inputs.map { tape.parameter(try figures.tensor("\(name).\($0)")) }
    let output = try operation(&tape, variables)
    #expect(tape[output].difference(from: figures.optional("\(name).output")) == nil, "\(name)")
    let gradients = tape.gradients(from: [(output, try figures.tensor("\(name).output_gradient"))])
    for (input, variable) in zip(inputs, variables) {
      let gradient = try #require(gradients[variable])
      let wanted = figures.optional("\(name).\(input)_gradient")
      #expect(gradient.difference(from: wanted) == nil, "\(name) \(input)")
    }
  }

  @Test("convolutions")
  func convolutions() throws {
    let cases = figures.cases(of: "conv")
    #expect(cases.count == 19)
    for name in cases {
      let settings = try figures.numbers("\(name).settings").map { Int($0) }
      let hasBias = figures.optional("\(name).bias") != nil
      try compare(name, inputs: ["input", "weight"] + (hasBias ? ["bias"] : [])) { tape, x in
        tape.convolution(
          x[0], weight: x[1], bias: hasBias ? x[2] : nil, stride: settings[1], padding: settings[2])
      }
    }
  }

  @Test("depthwise convolutions")
  func depthwise() throws {
    let cases = figures.cases(of: "depthwise")
    #expect(cases.count == 7)
    for name in cases {
      let settings = try figures.numbers("\(name).settings").map { Int($0) }
      try compare(name, inputs: ["input", "weight"]) { tape, x in
        tape.depthwiseConvolution(x[0], weight: x[1], stride: settings[1], padding: settings[2])
      }
    }
  }

  @Test("pooling, with equal numbers in a window and odd sides")
  func pooling() throws {
    let (largest, mean) = (figures.cases(of: "max_pool"), figures.cases(of: "average_pool"))
    #expect(largest.count == 4 && mean.count == 4)
    for name in largest { try compare(name, inputs: ["input"]) { tape, x in tape.maxPool(x[0]) } }
    for name in mean { try compare(name, inputs: ["input"]) { tape, x in tape.averagePool(x[0]) } }
  }

  @Test("concatenation")
  func concatenation() throws {
    for (name, count) in [("concatenate.two", 2), ("concatenate.three", 3)] {
      let inputs = Array(["first", "second", "third"].prefix(count))
      try compare(name, inputs: inputs) { tape, x in tape.concatenate(x) }
    }
  }

  @Test("group normalisations")
  func groupNorms() throws {
    let cases = figures.cases(of: "group_norm")
    #expect(cases.count == 4)
    for name in cases {
      let groups = Int(try figures.numbers("\(name).settings")[0])
      try compare(name, inputs: ["input", "weight", "bias"]) { tape, x in
        tape.groupNorm(x[0], scale: x[1], shift: x[2], groups: groups)
      }
    }
  }

  @Test("ReLU, at 0 too")
  func relu() throws {
    try compare("relu.plain", inputs: ["input"]) { tape, x in tape.relu(x[0]) }
  }

  @Test("upsampling to any size")
  func upsampling() throws {
    let cases = figures.cases(of: "upsample")
    #expect(cases.count == 7)
    for name in cases {
      let shape = try figures.tensor("\(name).output").shape
      try compare(name, inputs: ["input"]) { tape, x in
        tape.upsample(x[0], height: shape[1], width: shape[2])
      }
    }
  }

  @Test("optimisers, step by step")
  func optimisers() throws {
    let cases = figures.cases(of: "sgd") + figures.cases(of: "adam")
    #expect(cases.count == 5)
    for name in cases {
      let settings = try figures.numbers("\(name).settings")
      let isSGD = settings.count == 3
      var optimizer = Optimizer(
        rule: isSGD ? .sgd(momentum: settings[1]) : .adam, learningRate: settings[0],
        weightDecay: settings[isSGD ? 2 : 1])
      let gradients = try figures.tensor("\(name).gradients")
      let wanted = try figures.tensor("\(name).weights")
      var weights = [try figures.tensor("\(name).weight")]
      let count = weights[0].count
      for step in 0..<gradients.shape[0] {
        let range = step * count..<(step + 1) * count
        optimizer.update(
          &weights, gradients: [Tensor(shape: [count], elements: Array(gradients.elements[range]))])
        let difference = difference(
          weights[0].elements, Array(wanted.elements[range]), relative: 1e-4, absolute: 1e-6)
        #expect(difference == nil, "\(name), step \(step)")
      }
    }
  }
}
