import Boxes
import Scenes
import Traces

/// Two boxes as they were written.
struct BoxPair {
  let pred: Box
  let gt: Box

  init(pred: String, gt: String) throws(Fault) {
    self.pred = try Self.box(pred, "--pred", least: 0)
    self.gt = try Self.box(gt, "--gt", least: 1e-6)
  }

  /// - Parameter least: of either side.
  private static func box(_ text: String, _ option: String, least: Double) throws(Fault) -> Box {
    let place = Fault.Place(option)
    let numbers = try Numbers.parse(text, at: place)
    guard numbers.count == 4 else {
      throw Fault(.mismatch(found: Self.count(numbers.count), wanted: "x1,y1,x2,y2"), at: place)
    }
    let box = Box(numbers[0], numbers[1], numbers[2], numbers[3])
    guard box.width >= least, box.height >= least else {
      let wanted = least > 0 ? "x1 < x2 and y1 < y2" : "x1 ≤ x2 and y1 ≤ y2"
      throw Fault(.mismatch(found: text, wanted: wanted), at: place)
    }
    return box
  }

  private static func count(_ count: Int) -> String { count == 1 ? "1 number" : "\(count) numbers" }
}

/// Numbers as they are written on the command line.
enum Numbers {
  /// Of a coordinate, or of a logit.
  static let largest = 1e6

  static func parse(_ text: String, at place: Fault.Place) throws(Fault) -> [Double] {
    var numbers: [Double] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let word = String(part.filter { $0 != " " })
      guard let number = Double(word), abs(number) <= largest else {
        throw Fault(.mismatch(found: word.isEmpty ? "nothing" : word, wanted: "numbers from −1e6 to 1e6"), at: place)
      }
      numbers.append(number)
    }
    return numbers
  }

  @discardableResult
  static func check(_ number: Double, _ range: ClosedRange<Double>, _ option: String) throws(Fault) -> Double {
    guard range.contains(number) else {
      let wanted = "a number from \(Number.text(range.lowerBound)) to \(Number.text(range.upperBound))"
      throw Fault(.mismatch(found: "\(number)", wanted: wanted), at: Fault.Place(option))
    }
    return number
  }
}
