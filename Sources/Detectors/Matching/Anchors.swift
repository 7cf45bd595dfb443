import Boxes
import Scenes
import Traces

/// Boxes of fixed shapes at every cell of every level.
package struct Anchors: Sendable {
  /// N, in the order level, row, column, ratio, scale.
  package let boxes: [Box]

  package static func grid(on scene: Scene, _ settings: Settings) -> PriorGrid {
    PriorGrid(
      covering: scene, strides: settings[AnchorParameters.strides],
      anchorsPerCell: settings[AnchorParameters.ratios].count * settings[AnchorParameters.scales].count,
      offset: settings[AnchorParameters.offset], spacing: settings[AnchorParameters.strideFactor])
  }

  /// In which order the sides of a shape are computed: rounding decides ties.
  package enum Sides: Sendable {
    /// w = √(area / ratio), h = w · ratio (keras-retinanet).
    case fromArea
    /// w = size · (1 / √ratio) · scale, h = size · √ratio · scale (mmdetection).
    case fromRatio
  }

  /// - Parameter sizes: of each level's square anchor; nil for the settings'.
  package init(on grid: PriorGrid, _ settings: Settings, sizes: [Double]? = nil, sides: Sides = .fromArea) {
    let rounds = settings[AnchorParameters.rounding]
    let shapes = (sizes ?? settings[AnchorParameters.sizes]).map { size in
      settings[AnchorParameters.ratios].flatMap { ratio in
        settings[AnchorParameters.scales].map { scale in
          if rounds { return Self.shape(side: (size * scale).rounded(.down), ratio: ratio).rounded }
          return switch sides {
          case .fromArea: Self.shape(side: size * scale, ratio: ratio)
          case .fromRatio: Self.shape(size: size, scale: scale, ratio: ratio)
          }
        }
      }
    }
    boxes = Self.lay(shapes, on: grid)
  }

  /// An anchor round the origin. Its area is side², its height ratio times its width; the order of
  /// operations is keras-retinanet's, because rounding decides ties.
  package static func shape(side: Double, ratio: Double) -> Box {
    let w = (side * side / ratio).squareRoot()
    let h = w * ratio
    return Box(-w * 0.5, -h * 0.5, w - w * 0.5, h - h * 0.5)
  }

  /// The same in mmdetection's order of operations.
  package static func shape(size: Double, scale: Double, ratio: Double) -> Box {
    let stretch = ratio.squareRoot()
    let w = size * (1 / stretch) * scale
    let h = size * stretch * scale
    return Box(-0.5 * w, -0.5 * h, 0.5 * w, 0.5 * h)
  }

  private static func lay(_ shapes: [[Box]], on grid: PriorGrid) -> [Box] {
    var boxes: [Box] = []
    boxes.reserveCapacity(grid.count)
    for (level, shapes) in zip(grid.levels, shapes) {
      for row in 0..<level.height {
        let y = (Double(row) + grid.offset) * level.spacing
        for column in 0..<level.width {
          let x = (Double(column) + grid.offset) * level.spacing
          for s in shapes { boxes.append(Box(s.x1 + x, s.y1 + y, s.x2 + x, s.y2 + y)) }
        }
      }
    }
    return boxes
  }

  /// Levels, sizes and strides must be as many.
  static func check(_ settings: Settings, at place: Fault.Place) throws(Fault) {
    let strides = settings[AnchorParameters.strides].count
    let sizes = settings[AnchorParameters.sizes].count
    guard strides == sizes else {
      throw Fault(
        .mismatch(found: "\(sizes) anchor_sizes for \(strides) strides", wanted: "one size for each stride"),
        at: place)
    }
  }
}

extension PriorGrid {
  /// The grid of each level over a picture: ⌈side / stride⌉ cells.
  init(covering scene: Scene, strides: [Int], anchorsPerCell: Int, offset: Double, spacing: Double) {
    self.init(
      names: strides.enumerated().map { Self.levelName(stride: $1, index: $0) }, strides: strides,
      sides: strides.map { ((scene.height + $0 - 1) / $0, (scene.width + $0 - 1) / $0) },
      anchorsPerCell: anchorsPerCell, offset: offset, spacing: spacing)
  }

  /// "P3" for stride 8: the level of a pyramid is the binary logarithm of its stride.
  private static func levelName(stride: Int, index: Int) -> String {
    stride.nonzeroBitCount == 1 ? "P\(stride.trailingZeroBitCount)" : "level \(index)"
  }
}

extension Box {
  fileprivate var rounded: Box {
    Box(
      x1.rounded(.toNearestOrEven), y1.rounded(.toNearestOrEven), x2.rounded(.toNearestOrEven),
      y2.rounded(.toNearestOrEven))
  }
}

extension BoxCoding {
  init(_ settings: Settings) {
    let kind: BoxCoding.Kind =
      switch settings[AnchorParameters.coding] {
      case .corner: .corner
      case .center: .center
      }
    self.init(
      kind: kind, means: settings[AnchorParameters.means],
      deviations: settings[AnchorParameters.deviations])
  }
}
