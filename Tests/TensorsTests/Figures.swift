import Tensors
import TestSupport
import Testing
import Traces

/// What PyTorch computed: see Tests/PyTorch/figures.py.
struct Figures {
  private let file: Safetensors

  init() throws { file = try Safetensors.read(Folder("Figures")["operations.safetensors"]) }

  func cases(of operation: String) -> [String] {
    let names = file.tensors.keys.filter { $0.hasPrefix(operation + ".") }
    return Set(names.map { $0.split(separator: ".").prefix(2).joined(separator: ".") }).sorted()
  }

  func optional(_ name: String) -> Tensor? {
    file.tensors[name].map { Tensor(shape: $0.shape, elements: $0.doubles.map { Float($0) }) }
  }

  func tensor(_ name: String) throws -> Tensor { try #require(optional(name), "no figure \(name)") }

  func numbers(_ name: String) throws -> [Double] { try #require(file.tensors[name], "no \(name)").doubles }
}

extension Tensor {
  func difference(from other: Tensor?, relative: Double = 1e-4, absolute: Double = 1e-5) -> String? {
    guard let other else { return "nothing to compare with" }
    guard shape == other.shape else { return "shape \(shape), wanted \(other.shape)" }
    return TestSupport.difference(elements, other.elements, relative: relative, absolute: absolute)
  }
}
