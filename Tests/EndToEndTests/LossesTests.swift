import Foundation
import Testing

/// `boxstep losses`, as its users call it.
@Suite struct LossesTests {
  private func json(_ arguments: String...) throws -> [String: Any] {
    let run = try Program(["losses"] + arguments + ["--json"])
    #expect(run.status == 0 && run.words.isEmpty, "\(run.words)")
    return try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
  }

  @Test func aPairOfBoxes() throws {
    let boxes = try #require(
      try json("--pred", "10,10,50,50", "--gt", "12,14,60,48", "--every", "250")["boxes"] as? [String: Any])
    let losses = try #require(boxes["losses"] as? [[String: Any]])
    let l1 = try #require(losses.first { $0["loss"] as? String == "l1" })
    #expect(l1["value"] as? Double == 18)
    #expect(l1["gradient"] as? [Double] == [-1, -1, -1, 1])
    let giou = try #require(losses.first { $0["loss"] as? String == "giou" })
    let path = try #require(giou["path"] as? [String: Any])
    #expect((path["reaches"] as? [String: Any])?["0.5"] as? Int == 0)
    #expect((path["points"] as? [[String: Any]])?.compactMap { $0["iteration"] as? Int } == [0, 250, 500, 750, 1000])
    let table = try Program("losses", "--pred", "0,0,20,20", "--gt", "60,50,100,90")
    #expect(table.status == 0 && table.output.contains("never") && table.output.contains("−rate") == false)
    #expect(table.output.contains("1 − CIoU") && table.output.contains("√(w·h) = 40 px"))
  }

  @Test func negativeCoordinatesNeedNoTrick() throws {
    let run = try Program("losses", "--pred", "-5,-5,3,3", "--gt", "-1,-2,3,4", "--steps", "0")
    #expect(run.status == 0 && run.output.contains("predicted −5,−5,3,3"))
  }

  @Test func aProbability() throws {
    let answer = try json("--probability", "0.1,0.9", "--gamma", "0,1,2")
    let both = try #require(answer["probabilities"] as? [[String: Any]])
    #expect(both.count == 2)
    let lines = try #require(both[0]["losses"] as? [[String: Any]])
    #expect(lines.map { $0["loss"] as? String } == ["cross_entropy", "balanced", "focal_0", "focal_1", "focal_2"])
    let ratio = try #require((lines[4]["present"] as? [String: Double])?["ratio"])
    #expect(abs(ratio - 0.25 * 0.81) < 1e-9)
    let table = try Program("losses", "--probability", "0.1")
    #expect(table.status == 0 && table.output.contains("2.303") && table.output.contains("0.4663"))
  }

  @Test func softmaxBesideSigmoid() throws {
    let answer = try #require(try json("--softmax", "-1,2,0.5", "--label", "1")["softmax"] as? [String: Any])
    let softmax = try #require(answer["softmax"] as? [String: Any])
    #expect(try abs(#require((softmax["probabilities"] as? [Double])?.reduce(0, +)) - 1) < 1e-12)
    #expect(try abs(#require((softmax["gradient"] as? [Double])?.reduce(0, +))) < 1e-12)
    #expect(try Program("losses", "--softmax", "-1,2").output.contains("sigmoid p"))
  }

  @Test(arguments: [
    [], ["--pred", "1,2,3,4"], ["--gt", "1,2,3,4"], ["--pred", "1,2,3", "--gt", "1,2,3,4"],
    ["--pred", "1,2,3,4,5", "--gt", "1,2,3,4"], ["--pred", "nan,2,3,4", "--gt", "1,2,3,4"],
    ["--pred", "1,2,3,inf", "--gt", "1,2,3,4"], ["--pred", "1,2,3,1e999", "--gt", "1,2,3,4"],
    ["--pred", "5,2,3,4", "--gt", "1,2,3,4"], ["--pred", "1,2,3,4", "--gt", "1,5,3,4"],
    ["--pred", "1,2,3,4", "--gt", "1,2,1,4"], ["--pred", "a,2,3,4", "--gt", "1,2,3,4"],
    ["--pred", "", "--gt", "1,2,3,4"], ["--probability", "0"], ["--probability", "1"], ["--probability", "-0.5"],
    ["--probability", "0.5,"], ["--probability", "nan"], ["--probability", "0.5", "--gamma", "x"],
    ["--probability", "0.5", "--gamma=-1"], ["--probability", "0.5", "--alpha", "2"],
    ["--probability", "0.5", "--logit", "1"], ["--softmax", "1,2", "--label", "2"], ["--softmax", "1,2", "--label=-1"],
    ["--softmax", "1e999"], ["--pairs", "/nonexistent.safetensors"],
    ["--pred", "1,2,3,4", "--gt", "1,2,3,5", "--convention", "nobody"],
    ["--pred", "1,2,3,4", "--gt", "1,2,3,5", "--rate", "nan"], ["--pred", "1,2,3,4", "--gt", "1,2,3,5", "--rate", "0"],
    ["--pred", "1,2,3,4", "--gt", "1,2,3,5", "--steps=-1"],
    ["--pred", "1,2,3,4", "--gt", "1,2,3,5", "--steps", "9999999"],
    ["--pred", "1,2,3,4", "--gt", "1,2,3,5", "--beta", "0"],
    ["--pred", "1,2,3,4", "--gt", "1,2,3,5", "--epsilon", "nan"],
    ["--pred", "1,2,3,4", "--gt", "1,2,3,5", "--every", "0"],
  ])
  func refused(arguments: [String]) throws {
    let run = try Program(["losses"] + arguments)
    #expect(run.status == 2 && run.output.isEmpty && run.words.hasPrefix("Error: "), "\(arguments) \(run.words)")
  }
}
