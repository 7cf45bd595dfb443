import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct KernelTests {
  /// nil is the widest that the processor has.
  static let widths: [Int?] = [nil, 4, 8, 16]

  @Test("the matrix kernel gives the bits of the plain sums, at every width", arguments: widths)
  func multiplication(width: Int?) {
    var draws = Draws(1)
    for _ in 0..<150 {
      let (rows, depth) = (draws.int(1...27), draws.int(1...60))
      let columns = draws.int(1...Kernels.panel)
      // Numbers of many sizes, so that another order or a fused sum would show.
      let a = draws.floats(rows * depth).map { $0 * Float(draws.int(1...10_000)) }
      let panel = draws.floats(depth * Kernels.panel)
      let c = draws.floats(rows * columns, -100...100)
      guard
        let found = Kernels.kernel(
          rows: rows, depth: depth, a: a, panel: panel, c: c, columns: columns, width: width)
      else { return }
      let wanted = Kernels.reference(rows: rows, depth: depth, a: a, panel: panel, c: c, columns: columns)
      #expect(bitDifference(found, wanted) == nil, "\(rows) rows, depth \(depth), \(columns) columns")
    }
  }

  @Test("a width nobody has is refused")
  func unknownWidth() {
    let zeros = [Float](repeating: 0, count: Kernels.panel)
    #expect(Kernels.kernel(rows: 1, depth: 1, a: [1], panel: zeros, c: zeros, columns: 1, width: 5) == nil)
    let settings = Kernels.FocalSettings(weight: 1, slopeWeight: 1, gamma: 2, clip: 0)
    #expect(Kernels.focalKernel([0], settings, width: 5) == nil)
  }

  // MARK: Focal

  static let settings: [Kernels.FocalSettings] = [0, 1e-7].flatMap { clip in
    [0, 0.5, 1, 2, 5].map { gamma in
      Kernels.FocalSettings(weight: 0.75, slopeWeight: 0.03125, gamma: gamma, clip: clip)
    }
  }

  private var logits: [Float] {
    var draws = Draws(2)
    let ends: [Float] = [0, -0.0, 87, -87, 88, -88, 100, -100, 3e38, -3e38, 16.118, -16.118, 1e-30]
    return draws.floats(3000, -100...100) + draws.floats(3000, -20...20) + ends
  }

  @Test("the focal kernel gives the bits of its Swift twin, at every width", arguments: settings, widths)
  func focalBits(settings: Kernels.FocalSettings, width: Int?) {
    let wanted = Kernels.focalReference(logits, settings)
    guard let found = Kernels.focalKernel(logits, settings, width: width) else { return }
    #expect(bitDifference(found.loss, wanted.loss) == nil)
    #expect(bitDifference(found.gradient, wanted.gradient) == nil)
  }

  @Test("a logit's loss does not depend on how many stand beside it")
  func focalTail() throws {
    let settings = Self.settings[3]
    let all = Kernels.focalReference(logits, settings)
    for count in 1...33 {
      let found = try #require(Kernels.focalKernel(Array(logits.prefix(count)), settings))
      #expect(bitDifference(found.loss, Array(all.loss.prefix(count))) == nil)
      #expect(bitDifference(found.gradient, Array(all.gradient.prefix(count))) == nil)
    }
  }

  /// w·p^γ·L and its derivative in double, where L = −ln(1 − p̂ + clip).
  private func focal(_ x: Double, gamma: Double, clip: Double) -> (loss: Double, gradient: Double) {
    let e = exp(-abs(x))
    let (p, q) = x > 0 ? (1 / (1 + e), e / (1 + e)) : (e / (1 + e), 1 / (1 + e))
    let focus = pow(p, gamma)
    if clip == 0 {
      let surprise = max(x, 0) + log1p(e)
      return (focus * surprise, focus * (gamma * q * surprise + p))
    }
    let surprise = x > 0 ? -log(max(q, clip) + clip) : -log1p(clip - max(p, clip))
    let slope = p > clip && q > clip ? p * q / (q + clip) : 0
    return (focus * surprise, focus * (gamma * q * surprise + slope))
  }

  @Test("the focal kernel against doubles", arguments: [0, 0.5, 1, 2, 5], [0, Double(Float(1e-7))])
  func focalFigures(gamma: Double, clip: Double) throws {
    let settings = Kernels.FocalSettings(weight: 0.75, slopeWeight: 2, gamma: Float(gamma), clip: Float(clip))
    let logits = self.logits.filter { abs($0) <= 100 }
    let found = try #require(Kernels.focalKernel(logits, settings))
    for (i, x) in logits.enumerated() {
      // On which side of the clip a logit falls is for rounding to say.
      if clip > 0, abs(abs(Double(x)) - 16.118095650958) < 1e-4 { continue }
      let wanted = focal(Double(x), gamma: gamma, clip: clip)
      // Where p is near the clip little is left of p − clip; far out single precision ends.
      let floor = 1e-36 + 1e-6 * clip * pow(1 / (1 + exp(-Double(x))), gamma)
      #expect(
        close(Double(found.loss[i]), 0.75 * wanted.loss, relative: 1e-5, absolute: floor),
        "loss of \(x): \(found.loss[i]), wanted \(0.75 * wanted.loss)")
      #expect(
        close(
          Double(found.gradient[i]), 2 * wanted.gradient, relative: 1e-5, absolute: 4 * floor * (1 + gamma)),
        "gradient of \(x): \(found.gradient[i]), wanted \(2 * wanted.gradient)")
    }
  }
}
