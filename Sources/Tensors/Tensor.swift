/// An array of 32-bit numbers with a shape. Row-major; a feature map is C,H,W.
public struct Tensor: Hashable, Sendable {
  public let shape: [Int]
  public var elements: [Float]

  /// - Precondition: the shape's product is the number of elements.
  public init(shape: [Int], elements: [Float]) {
    precondition(shape.reduce(1, *) == elements.count, "shape and elements disagree")
    self.shape = shape
    self.elements = elements
  }

  public init(shape: [Int], repeating value: Float) {
    self.init(shape: shape, elements: Array(repeating: value, count: shape.reduce(1, *)))
  }

  /// A single number.
  public init(_ value: Float) { self.init(shape: [], elements: [value]) }

  public static func zeros(_ shape: [Int]) -> Tensor { Tensor(shape: shape, repeating: 0) }

  /// Independent draws from a normal distribution of mean 0.
  public static func normal(
    _ shape: [Int], deviation: Double, using generator: inout SeededGenerator
  ) -> Tensor {
    let count = shape.reduce(1, *)
    return Tensor(
      shape: shape, elements: (0..<count).map { _ in Float(generator.normal() * deviation) })
  }

  public var count: Int { elements.count }

  /// √Σx², summed in double.
  public var norm: Double {
    elements.withUnsafeBufferPointer { x in
      Sums.doubles(x.count) { Double(x[$0]) * Double(x[$0]) }
    }.squareRoot()
  }

  /// √Σ(x − y)²: how far two tensors of one shape are apart.
  public func distance(to other: Tensor) -> Double {
    precondition(shape == other.shape, "shapes disagree")
    return elements.withUnsafeBufferPointer { x in
      other.elements.withUnsafeBufferPointer { y in
        Sums.doubles(x.count) { i in
          let d = Double(x[i]) - Double(y[i])
          return d * d
        }
      }
    }.squareRoot()
  }

  mutating func add(_ other: Tensor) {
    precondition(shape == other.shape, "shapes disagree")
    elements.withUnsafeMutableBufferPointer { mine in
      other.elements.withUnsafeBufferPointer { theirs in
        for i in 0..<mine.count { mine[i] += theirs[i] }
      }
    }
  }
}
