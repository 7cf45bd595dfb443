/// Reverse-mode differentiation: every operation is written down as it runs, with the way back, and
/// `gradients` walks the list from its end.
///
/// ```swift
/// var tape = Tape()
/// let x = tape.parameter(Tensor(shape: [2], elements: [3, -1]))
/// let y = tape.relu(x)
/// tape.gradients(of: y)[x]   // [1, 0]
/// ```
public struct Tape: Sendable {
  /// A place on the tape.
  public struct Variable: Hashable, Sendable {
    fileprivate let index: Int
  }

  /// From the gradient of the output to that of each input. `wanted` tells which inputs need theirs;
  /// the others may be nil.
  public typealias Backward = @Sendable (_ gradient: Tensor, _ wanted: [Bool]) -> [Tensor?]

  private struct Node: Sendable {
    var value: Tensor
    let inputs: [Variable]
    let needsGradient: Bool
    let backward: Backward?
  }

  private var nodes: [Node] = []

  public init() {}

  /// A value whose gradient will be asked for.
  public mutating func parameter(_ value: Tensor) -> Variable {
    append(Node(value: value, inputs: [], needsGradient: true, backward: nil))
  }

  /// A value that nothing flows back to.
  public mutating func constant(_ value: Tensor) -> Variable {
    append(Node(value: value, inputs: [], needsGradient: false, backward: nil))
  }

  /// Writes down an operation: its result, what it was made from, and its own way back.
  public mutating func record(
    _ value: Tensor, from inputs: [Variable], backward: @escaping Backward
  ) -> Variable {
    let needsGradient = inputs.contains { nodes[$0.index].needsGradient }
    return append(
      Node(
        value: value, inputs: inputs, needsGradient: needsGradient,
        backward: needsGradient ? backward : nil))
  }

  private mutating func append(_ node: Node) -> Variable {
    nodes.append(node)
    return Variable(index: nodes.count - 1)
  }

  public subscript(variable: Variable) -> Tensor { nodes[variable.index].value }

  /// The derivative of `output`'s sum by everything it was made from.
  ///
  /// - Parameters:
  ///   - held: parameters taken as constants: nothing is computed for their sake.
  ///   - wanted: what has a gradient even where everything it was made from is held.
  public func gradients(of output: Variable, holding held: [Variable] = [], wanted: [Variable] = []) -> Gradients {
    gradients(
      from: [(output, Tensor(shape: self[output].shape, repeating: 1))], holding: held, wanted: wanted)
  }

  /// Its derivative by some variables alone, and by what lies between them and the output: nothing is computed for the
  /// sake of what they were made from.
  public func gradients(of output: Variable, onlyBy variables: [Variable]) -> Gradients {
    var needed = [Bool](repeating: false, count: nodes.count)
    for variable in variables { needed[variable.index] = nodes[variable.index].needsGradient }
    let first = variables.map(\.index).min() ?? nodes.count
    for index in first..<nodes.count where !needed[index] {
      needed[index] = nodes[index].inputs.contains { needed[$0.index] }
    }
    return gradients(from: [(output, Tensor(shape: self[output].shape, repeating: 1))], needed: needed)
  }

  /// The same, starting from given gradients of several outputs.
  public func gradients(
    from seeds: [(Variable, Tensor)], holding held: [Variable] = [], wanted: [Variable] = []
  ) -> Gradients {
    gradients(from: seeds, needed: needed(holding: held, wanted: wanted))
  }

  private func gradients(from seeds: [(Variable, Tensor)], needed: [Bool]) -> Gradients {
    var slots = [Tensor?](repeating: nil, count: nodes.count)
    for (variable, gradient) in seeds { accumulate(gradient, into: &slots[variable.index]) }
    for index in nodes.indices.reversed() {
      let node = nodes[index]
      guard let backward = node.backward, let gradient = slots[index] else { continue }
      let wanted = node.inputs.map { needed[$0.index] }
      guard wanted.contains(true) else { continue }
      let parts = backward(gradient, wanted)
      for (input, part) in zip(node.inputs, parts) where needed[input.index] {
        if let part { accumulate(part, into: &slots[input.index]) }
      }
    }
    return Gradients(slots: slots)
  }

  /// Which nodes' gradients are worth computing: of what is made from a parameter that is not held.
  private func needed(holding held: [Variable], wanted: [Variable]) -> [Bool] {
    var needed = nodes.map(\.needsGradient)
    guard !held.isEmpty else { return needed }
    for variable in held { needed[variable.index] = false }
    let wanted = Set(wanted)
    for (index, node) in nodes.enumerated() where node.backward != nil {
      needed[index] = node.inputs.contains { needed[$0.index] } || wanted.contains(Variable(index: index))
    }
    return needed
  }

  private func accumulate(_ part: Tensor, into slot: inout Tensor?) {
    if slot == nil { slot = part } else { slot?.add(part) }
  }

  /// Gradients by variable; nil where nothing flowed.
  public struct Gradients: Sendable {
    fileprivate let slots: [Tensor?]

    public subscript(variable: Variable) -> Tensor? {
      slots.indices.contains(variable.index) ? slots[variable.index] : nil
    }
  }
}
