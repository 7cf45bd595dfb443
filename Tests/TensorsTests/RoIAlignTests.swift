import Tensors
import TestSupport
import Testing
import Traces

/// RoIAlign against torchvision's numbers, against its own definition, and at its edges.
@Suite struct RoIAlignTests {
  /// Two maps of 16×16 cells at a scale of ¼, six regions each, some partly off the map, pooled to 7×5 bins.
  private struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let aligned: Bool
    let ratio: Int
    var testDescription: String { "\(name) aligned \(aligned) ratio \(ratio)" }
    var key: String { "\(name).a\(aligned ? 1 : 0)_s\(ratio)" }
  }

  private static let cases = ["00", "01"].flatMap { name in
    [false, true].flatMap { aligned in [-1, 2].map { Case(name: name, aligned: aligned, ratio: $0) } }
  }

  @Test("what torchvision pools, and its gradient", arguments: cases)
  private func figures(c: Case) throws {
    let file = try Safetensors.read(Folder("Figures")["roi_align.safetensors"])
    func tensor(_ name: String) throws -> Tensor {
      let entry = try #require(file.tensors[name], "no \(name)")
      return Tensor(shape: entry.shape, elements: entry.doubles.map { Float($0) })
    }
    let rois = try tensor("\(c.name).rois").elements.map(Double.init)
    let pooling = RoIPooling(height: 7, width: 5, samplingRatio: c.ratio, aligned: c.aligned)
    let grids = (0..<rois.count / 4).map { r in
      RoIGrid(
        (rois[4 * r], rois[4 * r + 1], rois[4 * r + 2], rois[4 * r + 3]), scale: 0.25, on: (16, 16), pooling)
    }
    var tape = Tape()
    let map = tape.parameter(try tensor("\(c.name).feat"))
    let pooled = tape.roiAlign([map], grids.map { (0, $0) })
    let wanted = try tensor("\(c.key).output")
    #expect(tape[pooled].shape == wanted.shape)
    #expect(difference(tape[pooled].elements, wanted.elements, relative: 1e-4, absolute: 1e-5) == nil)
    let weights = (0..<wanted.count).map { Float(Exact.sin(Double($0))) }
    let gradients = tape.gradients(from: [(pooled, Tensor(shape: wanted.shape, elements: weights))])
    let slope = try #require(gradients[map])
    #expect(
      difference(slope.elements, try tensor("\(c.key).gradient").elements, relative: 1e-4, absolute: 1e-5) == nil)
  }

  @Test("the gradient of several maps, by finite differences")
  func finiteDifferences() throws {
    var draws = Draws(4)
    let shapes = [[2, 6, 7], [2, 3, 4], [2, 2, 2]]
    let maps = shapes.map { Tensor(shape: $0, elements: draws.floats($0.reduce(1, *))) }
    let pooling = RoIPooling(height: 3, width: 2, samplingRatio: 2)
    let regions: [(map: Int, grid: RoIGrid)] = [
      (0, RoIGrid((3, 5, 40, 41), scale: 0.125, on: (6, 7), pooling)),
      (1, RoIGrid((-20, 10, 60, 70), scale: 0.0625, on: (3, 4), pooling)),
      (0, RoIGrid((3, 5, 40, 41), scale: 0.125, on: (6, 7), pooling)),
    ]
    let slope = Tensor(shape: [3, 2, 3, 2], elements: draws.floats(36))
    func loss(_ maps: [Tensor]) -> Double {
      var tape = Tape()
      let output = tape.roiAlign(maps.map { tape.constant($0) }, regions)
      return zip(tape[output].elements, slope.elements).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    var tape = Tape()
    let variables = maps.map { tape.parameter($0) }
    let output = tape.roiAlign(variables, regions)
    let gradients = tape.gradients(from: [(output, slope)])
    for (index, variable) in variables.enumerated() {
      let gradient = try #require(gradients[variable])
      let measured = maps[index].elements.indices.map { i -> Double in
        var (up, down) = (maps, maps)
        up[index].elements[i] += 0.25
        down[index].elements[i] -= 0.25
        return 2 * (loss(up) - loss(down))
      }
      #expect(difference(gradient.elements.map(Double.init), measured, relative: 1e-4, absolute: 1e-5) == nil)
    }
    // No region is pooled from the last.
    #expect(gradients[variables[2]]?.elements.allSatisfy { $0 == 0 } == true)
  }

  @Test("a plane pools to its value at the middle of each bin, and weights add up to 1")
  func plane() {
    let (height, width) = (20, 24)
    let map = Tensor(
      shape: [1, height, width],
      elements: (0..<height * width).map { Float($0 / width) * 2 + Float($0 % width) * 0.5 })
    let pooling = RoIPooling(height: 7, width: 7, samplingRatio: 2)
    let grid = RoIGrid((50.2, 60.7, 150.9, 140.1), scale: 0.125, on: (height, width), pooling)
    #expect(grid.count == 196 && grid.samplesPerBin == 4)
    for s in 0..<grid.count {
      let sum = grid.weights[4 * s..<4 * s + 4].reduce(0, +)
      #expect(abs(sum - 1) < 1e-6)
      // The weighted cells give the point's own place back.
      let at = grid.point(s)
      let row = (0..<4).reduce(0.0) {
        $0 + Double(grid.weights[4 * s + $1]) * Double(Int(grid.cells[4 * s + $1]) / width)
      }
      #expect(abs(row - at.y) < 1e-5)
    }
    var tape = Tape()
    let pooled = tape.roiAlign([tape.constant(map)], [(0, grid)])
    for i in 0..<7 {
      for j in 0..<7 {
        let y = (60.7 + (Double(i) + 0.5) * (140.1 - 60.7) / 7) / 8 - 0.5
        let x = (50.2 + (Double(j) + 0.5) * (150.9 - 50.2) / 7) / 8 - 0.5
        #expect(abs(Double(tape[pooled].elements[i * 7 + j]) - (2 * y + 0.5 * x)) < 1e-4)
      }
    }
  }

  @Test("an aligned region's corners lie half a cell before its pixels over the stride")
  func corners() {
    // The seed's figure: at stride 8 the region lies at (6.275, 15.0875) to (22.6125, 25.0125).
    let one = RoIPooling(height: 1, width: 1, samplingRatio: 1, aligned: false)
    let grid = RoIGrid((50.2, 120.7, 180.9, 200.1), scale: 0.125, on: (40, 40), one)
    #expect(abs(grid.point(0).x - (6.275 + 22.6125) / 2) < 1e-9)
    #expect(abs(grid.point(0).y - (15.0875 + 25.0125) / 2) < 1e-9)
    let aligned = RoIPooling(height: 1, width: 1, samplingRatio: 1)
    let shifted = RoIGrid((50.2, 120.7, 180.9, 200.1), scale: 0.125, on: (40, 40), aligned)
    #expect(abs(shifted.point(0).x - ((6.275 + 22.6125) / 2 - 0.5)) < 1e-9)
  }

  @Test("a region takes as many points as its bins have cells where no ratio is given")
  func adaptive() {
    let pooling = RoIPooling(height: 7, width: 7, samplingRatio: 0)
    func samples(_ width: Double, _ height: Double) -> [Int] {
      let grid = RoIGrid((0, 0, width, height), scale: 0.125, on: (20, 20), pooling)
      return [grid.samples.down, grid.samples.across]
    }
    #expect(samples(56, 57) == [2, 1])
    #expect(samples(160, 8) == [1, 3])
    #expect(samples(0, 80) == [2, 0])
  }

  @Test(
    "strange regions neither trap nor reach off the map",
    arguments: [
      (0.0, 0.0, 0.0, 0.0), (-900, -900, -800, -800), (40, 40, 10, 10), (0, 0, 1e300, 1e300), (.nan, 0, 1, 1),
      (0, 0, .infinity, 8), (7.999, 7.999, 8.001, 8.001), (-8, -8, 16, 16),
    ])
  func strange(region: (Double, Double, Double, Double)) {
    for ratio in [-1, 0, 1, 2] {
      for aligned in [false, true] {
        let pooling = RoIPooling(height: 2, width: 3, samplingRatio: ratio, aligned: aligned)
        let grid = RoIGrid(
          (region.0, region.1, region.2, region.3), scale: 0.125, on: (2, 1), pooling)
        #expect(grid.cells.allSatisfy { (0..<2).contains($0) })
        #expect(grid.weights.allSatisfy { (0...1).contains($0) })
        var tape = Tape()
        let pooled = tape.roiAlign([tape.constant(Tensor(shape: [1, 2, 1], elements: [1, 2]))], [(0, grid)])
        #expect(tape[pooled].elements.allSatisfy { (0...2).contains($0) })
      }
    }
  }

  @Test("no region, no rows")
  func none() {
    var tape = Tape()
    let map = tape.parameter(.zeros([2, 3, 3]))
    let pooled = tape.roiAlign([map], [])
    #expect(tape[pooled].shape == [0, 2, 1, 1])
  }
}
