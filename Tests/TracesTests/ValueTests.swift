import Scenes
import TestSupport
import Testing
import Traces

@Suite struct ValueTests {
  private let value = Value("a.b", shape: [2, 3, 2], .int32((0..<12).map(Int32.init)))

  @Test("indices are row-major, a number for each axis")
  func indexing() {
    for i in 0..<2 {
      for j in 0..<3 {
        for k in 0..<2 { #expect(value[i, j, k] == Double((i * 3 + j) * 2 + k)) }
      }
    }
    #expect(value[flat: 11] == 11)
    #expect(value.row(1) == [6, 7, 8, 9, 10, 11])
  }

  @Test("what is outside is nil, not somewhere else")
  func outside() {
    #expect(value[0, 3, 0] == nil && value[2, 0, 0] == nil && value[0, 0, -1] == nil)
    #expect(value[0, 0] == nil && value[0, 0, 0, 0] == nil && value[] == nil)
    #expect(value[flat: 12] == nil && value[flat: -1] == nil)
    #expect(value.row(2) == [] && value.row(-1) == [])
  }

  @Test("a single number has no axes")
  func scalar() {
    let scalar = Value("loss", scalar: 1.5)
    #expect(scalar[] == 1.5 && scalar[at: []] == 1.5 && scalar[0] == nil)
    #expect(scalar.row(0) == [] && scalar.count == 1)
  }

  @Test("every kind of number reads as a double")
  func kinds() {
    let kinds: [Value.Elements] = [.double([1, -2]), .float([1, -2]), .int32([1, -2]), .int8([1, -2])]
    for elements in kinds {
      let value = Value("x", shape: [2], elements)
      #expect(value.doubles == [1, -2] && value[1] == -2)
    }
    #expect(Value("x", shape: [2], .uint8([1, 255])).doubles == [1, 255])
  }

  // MARK: Traces

  private func trace() -> Trace {
    let scene = Scene(name: "s", classes: ["c"], objects: [], picture: Picture(width: 8, height: 8))
    let grid = PriorGrid(names: [], strides: [], sides: [], anchorsPerCell: 1, offset: 0)
    var trace = Trace(
      scene: scene, detector: "d", detectorTitle: "D", parameters: [], seed: 1, iteration: 1, priors: grid)
    trace.begin(StepRecord(id: "one", title: "", formula: "", source: "", meaning: ""))
    trace.record(Value("one.b", scalar: 1))
    trace.record(Value("one.a", scalar: 2))
    trace.begin(StepRecord(id: "two", title: "", formula: "", source: "", meaning: ""))
    trace.record(Value("two.empty", shape: [0, 4], .double([])))
    trace.record(Value("two.c", scalar: 3))
    return trace
  }

  @Test("a trace keeps values by step and in order, and leaves empty ones out")
  func recording() {
    let trace = trace()
    #expect(trace.allValues.map(\.name) == ["one.b", "one.a", "two.c"])
    #expect(trace.step("one")?.values == ["one.b", "one.a"])
    #expect(trace["two.empty"] == nil && trace["one.a"]?[] == 2 && trace["none"] == nil)
  }

  @Test("a value recorded again is replaced where it stands")
  func replacing() {
    var trace = trace()
    trace.record(Value("one.b", scalar: 9))
    #expect(trace["one.b"]?[] == 9)
    #expect(trace.allValues.map(\.name) == ["one.b", "one.a", "two.c"])
  }
}
