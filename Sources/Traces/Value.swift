/// A named array that one step of an iteration leaves behind, such as `overlap.iou` of shape G,N.
public struct Value: Sendable {
  /// `step.value`, the name it has in files: see `boxstep list steps`.
  public let name: String
  /// Empty for a single number. Row-major.
  public let shape: [Int]
  public let elements: Elements

  /// How the numbers are held. Files store `double` as 32-bit floats.
  public enum Elements: Sendable {
    case double([Double])
    case float([Float])
    case int32([Int32])
    case int8([Int8])
    case uint8([UInt8])

    public var count: Int {
      switch self {
      case .double(let a): a.count
      case .float(let a): a.count
      case .int32(let a): a.count
      case .int8(let a): a.count
      case .uint8(let a): a.count
      }
    }
  }

  /// - Precondition: the shape's product is the number of elements.
  public init(_ name: String, shape: [Int], _ elements: Elements) {
    precondition(shape.reduce(1, *) == elements.count, "\(name): shape and elements disagree")
    self.name = name
    self.shape = shape
    self.elements = elements
  }

  /// A single number.
  public init(_ name: String, scalar: Double) {
    self.init(name, shape: [], .double([scalar]))
  }

  public var count: Int { elements.count }

  /// The element at a row-major position, or nil past the end.
  public subscript(flat index: Int) -> Double? {
    guard index >= 0, index < count else { return nil }
    switch elements {
    case .double(let a): return a[index]
    case .float(let a): return Double(a[index])
    case .int32(let a): return Double(a[index])
    case .int8(let a): return Double(a[index])
    case .uint8(let a): return Double(a[index])
    }
  }

  /// The element at an index per axis, or nil when an index is outside its axis.
  public subscript(indices: Int...) -> Double? { self[at: indices] }

  public subscript(at indices: [Int]) -> Double? {
    guard indices.count == shape.count else { return nil }
    var flat = 0
    for (index, side) in zip(indices, shape) {
      guard index >= 0, index < side else { return nil }
      flat = flat * side + index
    }
    return self[flat: flat]
  }

  /// All elements as doubles.
  public var doubles: [Double] {
    switch elements {
    case .double(let a): a
    case .float(let a): a.map(Double.init)
    case .int32(let a): a.map(Double.init)
    case .int8(let a): a.map(Double.init)
    case .uint8(let a): a.map(Double.init)
    }
  }

  /// One row along the first axis, as doubles; empty when there is no such row.
  public func row(_ index: Int) -> [Double] {
    guard let rows = shape.first, index >= 0, index < rows else { return [] }
    let width = count / rows
    return (index * width..<(index + 1) * width).compactMap { self[flat: $0] }
  }
}
