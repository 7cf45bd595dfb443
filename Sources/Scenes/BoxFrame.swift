import Boxes

/// The picture that the boxes of a file lie in, and the size it is shown in: which boxes a scene can have.
struct BoxFrame {
  let width: Int
  let height: Int
  let fitting: Fitting

  init(width: Int, height: Int, maxSide: Int) {
    self.width = width
    self.height = height
    fitting = Fitting(width: width, height: height, maxSide: maxSide)
  }

  /// What is wrong with a box, and with which of its corners x1, y1, x2, y2 where it is one; nil when it fits.
  ///
  /// - Parameter names: how the file calls the corners.
  /// - Parameter tolerance: how far a corner may lie outside the picture, in pixels.
  func problem(
    with box: Box, names: [String] = ["x1", "y1", "x2", "y2"], tolerance: Double = SceneFile.tolerance
  ) -> (corner: Int?, problem: Fault.Problem)? {
    if let problem = orderProblem(box, names) { return (nil, problem) }
    for (index, corner) in box.corners.enumerated() {
      let side = index.isMultiple(of: 2) ? width : height
      guard corner >= -tolerance, corner <= Double(side) + tolerance else {
        return (
          index, .mismatch(found: "\(names[index]) = \(corner)", wanted: "0 to \(side), inside the picture")
        )
      }
    }
    return vanishingProblem(box).map { (nil, $0) }
  }

  /// Equal corners count as wrong order: a box without an area has no overlap with anything. So does one
  /// too thin for its area to be more than zero.
  private func orderProblem(_ box: Box, _ names: [String]) -> Fault.Problem? {
    func inOrder(_ low: Double, _ high: Double, _ lowName: String, _ highName: String) -> Fault.Problem? {
      guard !(low < high) else { return nil }
      return .mismatch(
        found: "\(lowName) = \(low), \(highName) = \(high)", wanted: "\(lowName) < \(highName)")
    }
    if let problem = inOrder(box.x1, box.x2, names[0], names[2]) { return problem }
    if let problem = inOrder(box.y1, box.y2, names[1], names[3]) { return problem }
    return box.area > 0 ? nil : .mismatch(found: "an area of 0", wanted: "a box with an area")
  }

  private func vanishingProblem(_ box: Box) -> Fault.Problem? {
    let fitted = fitting.apply(to: box)
    guard fitting.scaling != nil, min(fitted.width, fitted.height) < SceneFile.minScaledSide else { return nil }
    return .mismatch(
      found: "a box that vanishes in the smaller picture",
      wanted: "sides of at least \(SceneFile.minScaledSide) pixels at \(fitting.width)×\(fitting.height)")
  }
}
