import Scenes
import Tensors
import Traces

/// What a model put out for a scene, from a file: it takes the place of the network.
public struct Predictions: Sendable {
  /// By name, of shape N,depth.
  public let tensors: [String: Tensor]
  /// The file, for errors and headlines.
  public let source: String

  public init(tensors: [String: Tensor], source: String) {
    self.tensors = tensors
    self.source = source
  }

  /// Reads a safetensors file.
  public static func read(_ path: String) throws(Fault) -> Predictions {
    let file = try Safetensors.read(path)
    var tensors: [String: Tensor] = [:]
    for (name, entry) in file.tensors {
      // The names of a trace are taken too, and a batch of one picture is that picture.
      let short = name.hasPrefix("predictions.") ? String(name.dropFirst("predictions.".count)) : name
      let shape = entry.shape.count == 3 && entry.shape[0] == 1 ? Array(entry.shape.dropFirst()) : entry.shape
      tensors[short] = Tensor(shape: shape, elements: entry.doubles.map { Float($0) })
    }
    return Predictions(tensors: tensors, source: path)
  }

  /// Each head's tensor, of the shape that scene and parameters ask for, and finite.
  func check(_ heads: [HeadSpecification], rows: Int) throws(Fault) -> [String: Tensor] {
    var result: [String: Tensor] = [:]
    for head in heads {
      let place = Fault.Place(source, field: head.prediction)
      let wanted = head.shape(priors: rows)
      let words = "a tensor of shape \(Self.words(wanted))"
      guard let tensor = tensors[head.prediction] else {
        throw Fault(.missing(wanted: "\(head.prediction), \(words)"), at: place)
      }
      guard tensor.shape == wanted else {
        throw Fault(.mismatch(found: "shape \(Self.words(tensor.shape))", wanted: words), at: place)
      }
      if let index = tensor.elements.firstIndex(where: { !$0.isFinite }) {
        let at = "\(Number.text(Double(tensor.elements[index]))) at \(Self.place(of: index, head))"
        throw Fault(.mismatch(found: at, wanted: "finite numbers"), at: place)
      }
      result[head.prediction] = tensor
    }
    return result
  }

  private static func place(of index: Int, _ head: HeadSpecification) -> String {
    head.depth.map { "[\(index / $0), \(index % $0)]" } ?? "[\(index)]"
  }

  private static func words(_ shape: [Int]) -> String {
    shape.isEmpty ? "of a single number" : shape.map(String.init).joined(separator: ", ")
  }
}
