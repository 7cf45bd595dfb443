import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct OptimizerTests {
  private let start = Tensor(shape: [3], elements: [1, -2, 0.5])
  private let slope = Tensor(shape: [3], elements: [3, 0, -4])

  private func moved(_ optimizer: Optimizer, steps: Int = 1) -> [Double] {
    var (optimizer, weights) = (optimizer, [start])
    for _ in 0..<steps { optimizer.update(&weights, gradients: [slope]) }
    return weights[0].elements.map(Double.init)
  }

  @Test("SGD goes against the gradient, and on by its momentum")
  func sgd() {
    let optimizer = Optimizer(rule: .sgd(momentum: 0.5), learningRate: 0.1)
    #expect(difference(moved(optimizer), [0.7, -2, 0.9], relative: 1e-6) == nil)
    // Velocities 1 and 1 + ½ of the gradient.
    #expect(difference(moved(optimizer, steps: 2), [0.25, -2, 1.5], relative: 1e-6) == nil)
  }

  @Test("weight decay pulls towards 0 even where there is no gradient")
  func decay() {
    let optimizer = Optimizer(rule: .sgd(momentum: 0), learningRate: 0.1, weightDecay: 0.5)
    #expect(difference(moved(optimizer), [1 - 0.35, -2 + 0.1, 0.5 + 0.375], relative: 1e-6) == nil)
  }

  @Test("Adam's first step is the learning rate, whatever the gradient's size")
  func adamFirstStep() {
    let optimizer = Optimizer(rule: .adam, learningRate: 0.01)
    #expect(difference(moved(optimizer), [0.99, -2, 0.51], relative: 1e-5) == nil)
  }

  @Test("Adam as the paper writes it, for many steps")
  func adam() {
    var draws = Draws(3)
    var optimizer = Optimizer(rule: .adam, learningRate: 0.02, weightDecay: 0.1)
    var weights = [start]
    var (w, m, v) = (start.elements.map(Double.init), [0.0, 0, 0], [0.0, 0, 0])
    for step in 1...60 {
      let gradient = draws.floats(3)
      optimizer.update(&weights, gradients: [Tensor(shape: [3], elements: gradient)])
      for i in 0..<3 {
        let g = Double(gradient[i]) + 0.1 * w[i]
        m[i] = 0.9 * m[i] + 0.1 * g
        v[i] = 0.999 * v[i] + 0.001 * g * g
        let (mean, square) = (m[i] / (1 - pow(0.9, Double(step))), v[i] / (1 - pow(0.999, Double(step))))
        w[i] -= 0.02 * mean / (square.squareRoot() + 1e-8)
      }
    }
    #expect(optimizer.count == 60)
    #expect(difference(weights[0].elements.map(Double.init), w, relative: 1e-4, absolute: 1e-5) == nil)
  }

  @Test("clipping brings a gradient's norm down, never up")
  func clipping() {
    let optimizer = Optimizer(rule: .sgd(momentum: 0), learningRate: 1, clipNorm: 1)
    #expect(optimizer.clipScale(slope) == 0.2)
    #expect(optimizer.clipScale(Tensor(shape: [2], elements: [0.1, 0.2])) == 1)
    #expect(optimizer.clipScale(.zeros([2])) == 1)
    #expect(Optimizer(rule: .adam, learningRate: 1).clipScale(slope) == 1)
    #expect(difference(moved(optimizer), [0.4, -2, 1.3], relative: 1e-6) == nil)
  }

  @Test(
    "a weight without a gradient stays where it is",
    arguments: [Optimizer.Rule.sgd(momentum: 0.9), .adam])
  func noGradient(rule: Optimizer.Rule) {
    var optimizer = Optimizer(rule: rule, learningRate: 0.1, weightDecay: 0.1)
    var weights = [start, start]
    for _ in 0..<3 { optimizer.update(&weights, gradients: [nil, slope]) }
    #expect(weights[0] == start)
    #expect(weights[1] != start)
  }

  @Test("a copy goes on as the original would have")
  func copy() {
    var one = Optimizer(rule: .adam, learningRate: 0.1)
    var weights = [start]
    one.update(&weights, gradients: [slope])
    var (other, others) = (one, weights)
    one.update(&weights, gradients: [slope])
    other.update(&others, gradients: [slope])
    #expect(bitDifference(weights[0].elements, others[0].elements) == nil)
  }

  @Test("another rate goes on with the memory of the steps so far, another rule begins anew")
  func continuing() {
    for rule in [Optimizer.Rule.adam, .sgd(momentum: 0.5)] {
      var (earlier, weights) = (Optimizer(rule: rule, learningRate: 0.1), [start])
      for _ in 0..<3 { earlier.update(&weights, gradients: [slope]) }
      var (same, wanted) = (Optimizer(rule: rule, learningRate: 0.1).continuing(earlier), weights)
      var found = weights
      same.update(&found, gradients: [slope])
      earlier.update(&wanted, gradients: [slope])
      #expect(found == wanted)
      let slower = Optimizer(rule: rule, learningRate: 0.05).continuing(earlier)
      #expect(slower.learningRate == 0.05 && slower.count == 4)
      let fresh = Optimizer(rule: rule == .adam ? .sgd(momentum: 0.5) : .adam, learningRate: 0.1)
      #expect(moved(fresh.continuing(earlier), steps: 2) == moved(fresh, steps: 2))
    }
  }
}
