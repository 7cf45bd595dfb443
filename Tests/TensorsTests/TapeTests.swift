import Tensors
import TestSupport
import Testing

/// The tape against finite differences and plain loops.
@Suite struct TapeTests {
  private typealias Operation = (inout Tape, [Tape.Variable]) -> Tape.Variable

  /// Compares every gradient with (L(x + h) − L(x − h)) / 2h, where L = Σ output · fixed random numbers.
  private func check(
    _ inputs: [Tensor], step: Float = 0.25, tolerance: Double = 1e-3, _ operation: Operation
  ) throws {
    var draws = Draws(99)
    var tape = Tape()
    let variables = inputs.map { tape.parameter($0) }
    let output = operation(&tape, variables)
    let slope = Tensor(shape: tape[output].shape, elements: draws.floats(tape[output].count))
    let gradients = tape.gradients(from: [(output, slope)])
    func loss(_ inputs: [Tensor]) -> Double {
      var tape = Tape()
      let variables = inputs.map { tape.parameter($0) }
      let result = operation(&tape, variables)
      return zip(tape[result].elements, slope.elements).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    for (index, variable) in variables.enumerated() {
      let gradient = try #require(gradients[variable])
      #expect(gradient.shape == inputs[index].shape)
      let measured = inputs[index].elements.indices.map { i -> Double in
        var (up, down) = (inputs, inputs)
        up[index].elements[i] += step
        down[index].elements[i] -= step
        return (loss(up) - loss(down)) / (2 * Double(step))
      }
      let scale = measured.map(abs).max() ?? 0
      let difference = difference(
        gradient.elements.map(Double.init), measured, relative: tolerance, absolute: tolerance * scale)
      #expect(difference == nil, "input \(index)")
    }
  }

  private func random(_ shape: [Int], _ seed: UInt64, _ range: ClosedRange<Float> = -1...1) -> Tensor {
    var draws = Draws(seed)
    return Tensor(shape: shape, elements: draws.floats(shape.reduce(1, *), range))
  }

  @Test(
    "convolution, with every stride and padding",
    arguments: [(1, 1, 0), (1, 2, 0), (3, 1, 0), (3, 1, 1), (3, 2, 1), (3, 3, 2), (5, 2, 2)])
  func convolution(kernel: Int, stride: Int, padding: Int) throws {
    let inputs = [random([2, 6, 5], 1), random([3, 2, kernel, kernel], 2), random([3], 3)]
    try check(inputs) { tape, x in
      tape.convolution(x[0], weight: x[1], bias: x[2], stride: stride, padding: padding)
    }
    try check(Array(inputs.prefix(2))) { tape, x in
      tape.convolution(x[0], weight: x[1], stride: stride, padding: padding)
    }
  }

  @Test("convolution over more positions than a panel and a stretch hold")
  func largeConvolution() throws {
    // 144 positions and 34 outputs: both loops go round more than once.
    let inputs = [random([1, 12, 12], 4), random([34, 1, 3, 3], 5)]
    try check(inputs) { tape, x in tape.convolution(x[0], weight: x[1], padding: 1) }
  }

  @Test(
    "depthwise convolution, with every stride and padding",
    arguments: [(1, 1, 0), (3, 1, 1), (3, 2, 1), (3, 3, 2), (5, 2, 2)])
  func depthwise(kernel: Int, stride: Int, padding: Int) throws {
    try check([random([3, 6, 11], 28), random([3, 1, kernel, kernel], 29)]) { tape, x in
      tape.depthwiseConvolution(x[0], weight: x[1], stride: stride, padding: padding)
    }
  }

  @Test("a depthwise convolution is a convolution whose other weights are 0")
  func depthwiseAsConvolution() {
    let (x, weight) = (random([3, 5, 9], 30), random([3, 1, 3, 3], 31))
    var full = Tensor.zeros([3, 3, 3, 3])
    for c in 0..<3 {
      for tap in 0..<9 { full.elements[(c * 3 + c) * 9 + tap] = weight.elements[c * 9 + tap] }
    }
    var tape = Tape()
    let input = tape.constant(x)
    for stride in 1...2 {
      let one = tape.depthwiseConvolution(input, weight: tape.constant(weight), stride: stride, padding: 1)
      let other = tape.convolution(input, weight: tape.constant(full), stride: stride, padding: 1)
      #expect(tape[one].shape == tape[other].shape)
      #expect(bitDifference(tape[one].elements, tape[other].elements) == nil)
    }
  }

  @Test("pooling away from equal numbers", arguments: [(6, 8), (5, 7), (1, 3), (1, 1)])
  func pooling(height: Int, width: Int) throws {
    // Numbers an eighth apart or more, in no order: no step changes which of a window is the largest.
    let count = 2 * height * width
    let apart = (0..<count).map { Float($0 * 37 % 113) / 8 }
    let input = Tensor(shape: [2, height, width], elements: apart)
    try check([input], step: 0.03125) { tape, x in tape.maxPool(x[0]) }
    try check([input]) { tape, x in tape.averagePool(x[0]) }
  }

  @Test("the largest of a window with a number that is none is none")
  func poolingStrange() {
    var tape = Tape()
    let x = tape.constant(Tensor(shape: [1, 2, 4], elements: [1, .nan, 2, -.infinity, 5, 3, 7, .infinity]))
    let pooled = tape.maxPool(x)
    #expect(tape[pooled].elements[0].isNaN && tape[pooled].elements[1] == .infinity)
  }

  @Test("concatenation, also of a thing with itself")
  func concatenation() throws {
    try check([random([2, 3, 3], 32), random([1, 3, 3], 33)]) { tape, x in tape.concatenate([x[0], x[1], x[0]]) }
  }

  @Test("group normalisation", arguments: [1, 2, 4])
  func groupNorm(groups: Int) throws {
    let inputs = [random([4, 3, 3], 6), random([4], 7, 0.5...1.5), random([4], 8)]
    try check(inputs, step: 1e-2, tolerance: 5e-3) { tape, x in
      tape.groupNorm(x[0], scale: x[1], shift: x[2], groups: groups)
    }
  }

  @Test("ReLU away from 0")
  func relu() throws {
    let away = random([2, 4, 4], 9).elements.map { $0 + ($0 < 0 ? -0.5 : 0.5) }
    try check([Tensor(shape: [2, 4, 4], elements: away)]) { tape, x in tape.relu(x[0]) }
  }

  @Test("the exponential, another shape, and a learned factor")
  func elementwise() throws {
    try check([random([2, 3, 4], 15)], step: 1e-2) { $0.exp($1[0]) }
    try check([random([2, 3, 4], 16)]) { $0.reshape($1[0], [24]) }
    try check([random([2, 3, 4], 17), random([1], 18, 0.5...2)]) { $0.scale($1[0], by: $1[1]) }
  }

  @Test("a fully connected layer, with and without a bias", arguments: [1, 5, 40])
  func linear(rows: Int) throws {
    let inputs = [random([rows, 7], 28), random([3, 7], 29), random([3], 30)]
    try check(inputs) { tape, x in tape.linear(x[0], weight: x[1], bias: x[2]) }
    try check(Array(inputs.prefix(2))) { tape, x in tape.linear(x[0], weight: x[1]) }
    try check([random([rows, 7], 31)]) { tape, x in tape.transpose(x[0]) }
  }

  @Test("a fully connected layer is the product of rows and weights")
  func linearValues() {
    let (x, weight, bias) = (random([37, 19], 32), random([34, 19], 33), random([34], 34))
    var tape = Tape()
    let y = tape.linear(tape.constant(x), weight: tape.constant(weight), bias: tape.constant(bias))
    #expect(tape[y].shape == [37, 34])
    let wanted = (0..<37 * 34).map { place -> Double in
      let (r, o) = (place / 34, place % 34)
      return (0..<19).reduce(Double(bias.elements[o])) {
        $0 + Double(x.elements[r * 19 + $1]) * Double(weight.elements[o * 19 + $1])
      }
    }
    #expect(difference(tape[y].elements.map(Double.init), wanted, relative: 1e-5, absolute: 1e-5) == nil)
  }

  @Test("addition, also of a thing to itself")
  func addition() throws {
    try check([random([2, 3, 3], 10), random([2, 3, 3], 11)]) { tape, x in tape.add(x[0], x[1]) }
    try check([random([2, 3, 3], 12)]) { tape, x in tape.add(x[0], x[0]) }
  }

  @Test("upsampling", arguments: [(6, 8), (5, 7), (3, 4), (2, 3)])
  func upsampling(height: Int, width: Int) throws {
    try check([random([2, 3, 4], 13)]) { tape, x in tape.upsample(x[0], height: height, width: width) }
  }

  @Test("flattening two levels into one table")
  func flattening() throws {
    try check([random([6, 2, 3], 14), random([6, 1, 2], 15)]) { tape, x in
      tape.flatten(x, anchorsPerCell: 2)
    }
  }

  @Test("a flattened table goes level, row, column, anchor")
  func flattenedOrder() {
    var tape = Tape()
    // Each number says where it is: channel, row, column. Two anchors of three numbers each.
    func map(_ level: Int, _ height: Int, _ width: Int) -> Tensor {
      let places = (0..<6).flatMap { c in
        (0..<height).flatMap { y in (0..<width).map { x in Float(level * 1000 + c * 100 + y * 10 + x) } }
      }
      return Tensor(shape: [6, height, width], elements: places)
    }
    let table = tape.flatten(
      [tape.constant(map(0, 2, 2)), tape.constant(map(1, 1, 1))], anchorsPerCell: 2)
    #expect(tape[table].shape == [10, 3])
    let rows = (0..<10).map { Array(tape[table].elements[$0 * 3..<$0 * 3 + 3]) }
    #expect(rows[0] == [0, 100, 200])
    #expect(rows[1] == [300, 400, 500])
    #expect(rows[2] == [1, 101, 201])
    #expect(rows[4] == [10, 110, 210])
    #expect(rows[9] == [1300, 1400, 1500])
  }

  @Test("a small network of everything, its weights used twice")
  func composite() throws {
    let inputs = [
      random([2, 6, 6], 16), random([4, 2, 3, 3], 17), random([4], 18, 0.5...1.5), random([4], 19, 0.2...1),
      random([4, 4, 3, 3], 20, -0.5...0.5), random([4], 21),
    ]
    try check(inputs, step: 2e-3, tolerance: 2e-2) { tape, x in
      var y = tape.convolution(x[0], weight: x[1], padding: 1)
      y = tape.relu(tape.groupNorm(y, scale: x[2], shift: x[3], groups: 2))
      let coarse = tape.convolution(y, weight: x[4], bias: x[5], stride: 2, padding: 1)
      let fine = tape.add(y, tape.upsample(coarse, height: 6, width: 6))
      let again = tape.convolution(fine, weight: x[4], bias: x[5], padding: 1)
      return tape.flatten([again, coarse], anchorsPerCell: 2)
    }
  }

  @Test("a convolution has the bits of a plain loop in the same order", arguments: [(1, 0), (1, 1), (2, 1)])
  func convolutionBits(stride: Int, padding: Int) {
    let (x, weight, bias) = (random([5, 9, 11], 22), random([7, 5, 3, 3], 23), random([7], 24))
    var tape = Tape()
    let output = tape.convolution(
      tape.constant(x), weight: tape.constant(weight), bias: tape.constant(bias), stride: stride,
      padding: padding)
    let (height, width) = ((9 + 2 * padding - 3) / stride + 1, (11 + 2 * padding - 3) / stride + 1)
    #expect(tape[output].shape == [7, height, width])
    func pixel(_ c: Int, _ y: Int, _ column: Int) -> Float {
      (0..<9).contains(y) && (0..<11).contains(column) ? x.elements[(c * 9 + y) * 11 + column] : 0
    }
    var wanted: [Float] = []
    for o in 0..<7 {
      for y in 0..<height {
        for column in 0..<width {
          var sum: Float = 0
          for c in 0..<5 {
            for dy in 0..<3 {
              for dx in 0..<3 {
                sum +=
                  weight.elements[((o * 5 + c) * 3 + dy) * 3 + dx]
                  * pixel(c, y * stride + dy - padding, column * stride + dx - padding)
              }
            }
          }
          wanted.append(bias.elements[o] + sum)
        }
      }
    }
    #expect(bitDifference(tape[output].elements, wanted) == nil)
  }

  @Test("what is held has no gradient, the rest the same bits, and what is wanted has one in any case")
  func holding() {
    var tape = Tape()
    let (x, first, second) = (
      tape.constant(random([2, 5, 5], 34)), tape.parameter(random([3, 2, 3, 3], 35)),
      tape.parameter(random([2, 3, 1, 1], 36))
    )
    let middle = tape.convolution(x, weight: first, padding: 1)
    let output = tape.convolution(tape.relu(middle), weight: second)
    let all = tape.gradients(of: output)
    let one = tape.gradients(of: output, holding: [first])
    #expect(one[first] == nil && one[middle] == nil)
    #expect(one[second] == all[second] && all[second] != nil)
    let other = tape.gradients(of: output, holding: [second])
    #expect(other[second] == nil)
    #expect(other[first] == all[first] && all[first] != nil)
    let none = tape.gradients(of: output, holding: [first, second], wanted: [middle])
    #expect(none[first] == nil && none[second] == nil)
    #expect(none[middle] == all[middle] && all[middle] != nil)
  }

  @Test("nothing flows to constants, nor to what the output was not made from")
  func constants() {
    var tape = Tape()
    let constant = tape.constant(random([3], 25))
    let (used, unused) = (tape.parameter(random([3], 26)), tape.parameter(random([3], 27)))
    let sum = tape.add(constant, used)
    let gradients = tape.gradients(of: sum)
    #expect(gradients[constant] == nil)
    #expect(gradients[unused] == nil)
    #expect(gradients[used]?.elements == [1, 1, 1])
  }
}
