import Scenes
import Testing

@Suite struct FaultTests {
  @Test func namesThePlace() {
    let place = Fault.Place("scene.yaml", line: 5, column: 7, field: "objects[2].box")
    let fault = Fault(.mismatch(found: "3 numbers", wanted: "x1, y1, x2, y2"), at: place)
    #expect(fault.description == "scene.yaml:5:7: objects[2].box: found 3 numbers, wanted x1, y1, x2, y2")
    #expect(
      Fault(.missing(wanted: "a name"), at: .init("--set")).description == "--set: missing, wanted a name")
  }

  @Test(arguments: [
    ("gama", "gamma"), ("GAMMA", "gamma"), ("gmama", "gamma"), ("alpa", "alpha"),
    ("positve_iou", "positive_iou"),
  ])
  func findsTheNearest(_ typed: String, _ meant: String) {
    #expect(Fault.nearest(to: typed, in: ["alpha", "gamma", "positive_iou"]) == meant)
  }

  @Test func knowsWhenNothingIsNear() {
    #expect(Fault.nearest(to: "momentum", in: ["alpha", "gamma"]) == nil)
    #expect(Fault.nearest(to: "x", in: ["y"]) == nil)
    #expect(Fault.nearest(to: "", in: ["y"]) == nil)
    #expect(Fault.nearest(to: String(repeating: "a", count: 1_000_000), in: ["alpha"]) == nil)
    let words = Fault(.unknown(kind: "scene", name: "x", known: []), at: .init("--scene")).description
    #expect(words == "--scene: unknown scene \"x\". There are none to choose from")
  }

  @Test func listsManyNamesInPart() {
    let known = (0..<500).map { "name\($0)" }
    let words = Fault(.unknown(kind: "key", name: "q", known: known), at: .init("f")).description
    #expect(words.hasSuffix("name7 and 492 more"))
  }

  @Test func printsNoControlCharacters() {
    #expect(
      Fault.printable("a\u{1b}]0;x\u{7}\u{9b}\u{202e}\u{feff}\n", limit: 99)
        == #"a\u{1b}]0;x\u{7}\u{9b}\u{202e}\u{feff}\n"#)
    #expect(Fault.printable("naïve 日本 😀", limit: 99) == "naïve 日本 😀")
    #expect(
      Fault.quoted(String(repeating: "é", count: 61)) == "\"" + String(repeating: "é", count: 60) + "…\"")
  }
}
