import Boxes
import Scenes
import Traces

extension PriorMapView {
  var exhibited: Exhibit.Content {
    guard let numbers = scope.trace.perPrior(view.value, gt: scope.gt) else {
      return .words("\(view.value) has no number for each prior here.")
    }
    let range = range(numbers)
    let pen = Pen(size: Size(columns: 0, rows: 0), appearance: Appearance())
    let maps = scope.trace.priors.levels.indices.map { index -> Exhibit.Map in
      let map = map(index, numbers, range)
      let cells: Exhibit.Map.Cells =
        isSigned
        ? .signs(map.values.map(sign))
        : .numbers(map.values.map { part($0, of: range) }, ramp: pen.theme.ramp)
      return Exhibit.Map(
        name: map.level.name, words: "\(map.level.height)×\(map.level.width)", columns: map.level.width,
        rows: map.level.height, cells: cells, cursor: map.cursor)
    }
    let words = words(numbers, range, columns: 60, pen).map { $0.map(\.text).joined() }
    return .maps(
      maps,
      words: isSigned
        ? words
        : ["\(Number.text(range.lowerBound, digits: 3)) dark to \(Number.text(range.upperBound, digits: 3)) bright"]
          + words.dropFirst())
  }

  private func part(_ number: Double, of range: ClosedRange<Double>) -> Double? {
    let span = max(range.upperBound - range.lowerBound, 1e-300)
    return number.isNaN ? nil : min(max((number - range.lowerBound) / span, 0), 1)
  }

  private func sign(_ number: Double) -> Exhibit.Map.Sign {
    if isOwner {
      let objects = scope.trace.scene.groundTruth
      guard let gt = Int(exactly: number), objects.indices.contains(gt) else {
        return .init(glyph: "·", tone: .negative)
      }
      return .init(glyph: Character(OwnerMark.digit(gt)), tone: .hue(objects[gt].label))
    }
    guard let state = legend[number] else { return .init(glyph: "?", tone: .hazard) }
    switch state.kind {
    case .positive: return .init(glyph: "+", tone: .positive)
    case .between: return .init(glyph: state.sign.first ?? "~", tone: .between)
    case .negative: return .init(glyph: "·", tone: .negative)
    }
  }
}

extension MasksView {
  var exhibited: Exhibit.Content {
    guard let place = scope.place, let level = scope.level, let strip = MaskStrip(view, scope, level) else {
      return .words("The scene has no objects: there is nothing to pass.")
    }
    let maps = strip.tiles.map { tile in
      let cells = (0..<level.height * level.width).map { cell -> Exhibit.Map.Sign in
        let first = level.start + cell * level.anchorsPerCell
        return Self.sign(tile.marks[first..<first + level.anchorsPerCell])
      }
      return Exhibit.Map(
        name: tile.label, words: Number.count(tile.count), columns: level.width, rows: level.height,
        cells: .signs(cells), cursor: (place.row, place.column))
    }
    let pen = Pen(size: Size(columns: 0, rows: 0), appearance: Appearance())
    return .maps(maps, words: words(strip, 200, pen))
  }

  /// One that passes before one that is another's.
  private static func sign(_ marks: ArraySlice<MaskStrip.Tile.Mark>) -> Exhibit.Map.Sign {
    if marks.contains(.passes) { return .init(glyph: "■", tone: .positive) }
    for case .other(let gt) in marks { return .init(glyph: Character(OwnerMark.digit(gt)), tone: .hazard) }
    return .init(glyph: "·", tone: .negative)
  }
}

extension FeatureMapsView {
  var exhibited: Exhibit.Content {
    let ramp = Theme(Appearance()).ramp
    let maps = view.values.compactMap { scope.known($0) }.map { value -> Exhibit.Map in
      let map = FeatureMapsView.map(value)
      let most = max(map.means.filter(\.isFinite).max() ?? 0, 1e-300)
      return Exhibit.Map(
        name: map.name, words: "\(map.height)×\(map.width) ×\(map.channels), 0 to \(Number.text(most, digits: 2))",
        columns: map.width, rows: map.height,
        cells: .numbers(map.means.map { $0.isNaN ? nil : min($0 / most, 1) }, ramp: ramp), cursor: nil)
    }
    guard !maps.isEmpty else { return .words("The values are not in this trace.") }
    return .maps(maps, words: ["mean |x| of the channels, each map from 0, dark, to its largest, bright"])
  }
}

extension LensView {
  var exhibited: Exhibit.Content {
    guard let place = LensPlace(view, scope), let box = scope.box(view.boxes, place.region) else {
      return .words("There is no region to look at.")
    }
    let picture = LensPicture(
      view: view, scope: scope, place: place, box: Box(box[0], box[1], box[2], box[3]))
    var points: [(x: Double, y: Double, isInBin: Bool)] = []
    for row in 0..<place.bins.rows.count * place.down {
      for column in 0..<place.bins.columns.count * place.across {
        guard let point = picture.point(row, column) else { continue }
        let isInBin = row / place.down == place.binRow && column / place.across == place.binColumn
        points.append((point.x, point.y, isInBin))
      }
    }
    let lens = Exhibit.Lens(
      shown: picture.shown, edges: picture.edges, points: points, corners: picture.corners.compactMap { $0 },
      chosen: picture.point(place.row, place.column))
    return .lens(lens, pooledMap(place), numberList(place))
  }

  private func pooledMap(_ place: LensPlace) -> Exhibit.Map {
    let channel = LensNumbers.channel(view, scope)
    let pooled = scope.known(view.pooled)
    let numbers = place.bins.rows.flatMap { row in
      place.bins.columns.map { pooled?[place.region, channel, row, $0] ?? .nan }
    }
    let finite = numbers.filter(\.isFinite)
    let (least, most) = (finite.min() ?? 0, finite.max() ?? 0)
    let span = max(most - least, 1e-300)
    return Exhibit.Map(
      name: "pooled", words: "channel \(channel), \(Number.text(least, digits: 2)) to \(Number.text(most, digits: 2))",
      columns: place.bins.columns.count, rows: place.bins.rows.count,
      cells: .numbers(
        numbers.map { $0.isNaN ? nil : min(max(($0 - least) / span, 0), 1) }, ramp: Theme(Appearance()).ramp),
      cursor: (place.binRow, place.binColumn))
  }

  /// The four cells round the point, and what comes of them.
  private func numberList(_ place: LensPlace) -> Exhibit.List {
    guard let point = place.index else {
      return Exhibit.List(headings: [], rows: [], isNumeric: [], note: "This region has no size: no point is sampled.")
    }
    let numbers = LensNumbers(view, scope, place, point)
    var rows = (0..<4).map { corner in
      Exhibit.List.Row(cells: [
        "\(corner + 1)", numbers.cell(corner), number(numbers.values[corner]), number(numbers.weights[corner]),
      ])
    }
    rows.append(Exhibit.List.Row(cells: ["Σ", "value · weight", number(numbers.sum), ""]))
    let mean = place.down * place.across > 1 ? "bin, mean of \(place.down * place.across)" : "its bin"
    rows.append(Exhibit.List.Row(cells: ["", mean, number(numbers.bin), ""]))
    return Exhibit.List(
      headings: ["", "cell", "value", "weight"], rows: rows, isNumeric: [false, false, true, true],
      note: "Region \(place.region) of \(place.regions), point (\(place.row),\(place.column)) in bin "
        + "(\(place.binRow),\(place.binColumn)).")
  }
}
