import Traces

extension Iteration {
  mutating func runBackbone() {
    run.backbone(image, on: &tape)
    recordWeights(of: "backbone")
    let names = (2...5).map { "C\($0)" }
    recordFeatures(names)
    let words = settings[SharedParameters.backbone].family.words
    trace.annotate {
      $0.title = "Backbone (\(words.name)): from pixels to features"
      $0.formula = words.formula
      $0.source = words.source
      $0.meaning = words.meaning
    }
    let shapes = names.compactMap { run.features[$0] }.map { tape[$0].shape }
    if let first = shapes.first, let last = shapes.last {
      headline(
        "From \(size.width)×\(size.height) pixels to \(first[0]) channels of \(first[2])×\(first[1]) (C2), "
          + "down to \(last[0]) of \(last[2])×\(last[1]) (C5): \(Number.count(parameters(of: "backbone"))) weights.")
    }
    show(
      .featureMaps(View.FeatureMaps(title: "C2 to C5: mean activation", values: names.map { "features.\($0)" })),
      .table(stageTable(names)), .table(blockTable(words)))
  }

  /// C2 to C5 with their shapes and weights.
  private func stageTable(_ names: [String]) -> View.Table {
    let blocks = settings[SharedParameters.blocks]
    let rows = names.enumerated().compactMap { index, name -> View.Table.Row? in
      guard let map = run.features[name] else { return nil }
      let shape = tape[map].shape
      return View.Table.Row([
        name, "\(shape[0])", "\(shape[2])×\(shape[1])", "\(4 << index)", "\(blocks[index])",
        Number.count(parameters(of: "backbone.stage\(index + 2)")),
      ])
    }
    let stem = View.Table.Row([
      "stem", "\(settings[SharedParameters.width])", "", "2", "", Number.count(parameters(of: "backbone.stem")),
    ])
    return View.Table(
      title: "stages", columns: ["", "channels", "cells", "stride", "blocks", "weights"], rows: [stem] + rows,
      note: "stem: a 3×3 convolution with stride 2, norm, ReLU. stride: pixels from a cell to the next.")
  }

  private func blockTable(_ words: BackboneWords) -> View.Table {
    View.Table(
      title: "what a block does, \(words.name)", columns: ["does", "gives"],
      rows: words.block.map { View.Table.Row([$0.does, $0.gives]) },
      note:
        "3×3: a convolution. norm: group normalisation, every eight channels to mean 0 and deviation 1, then a learned scale and shift."
    )
  }
}
