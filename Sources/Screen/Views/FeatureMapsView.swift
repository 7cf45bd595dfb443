import Traces

/// Values of shape C,H,W beside each other: the mean of the channels' magnitudes.
struct FeatureMapsView {
  let view: View.FeatureMaps
  let scope: Scope

  struct Map {
    let name: String
    let channels: Int
    let height: Int
    let width: Int
    let means: [Double]
  }

  func draw(in rect: Rect, _ pen: inout Pen) {
    let values = view.values.compactMap { scope.known($0) }
    guard !values.isEmpty, rect.rows >= 4 else {
      pen.wrap("The values are not in this trace.", in: rect, pen.theme.secondary)
      return
    }
    var head: [Pen.Span] = [.init("mean |x|: ", pen.theme.secondary)]
    head += CellMap.legend(from: "0", to: "each map's largest", columns: rect.columns - 10, pen)
    pen.write(head, rect.column, rect.row, width: rect.columns)
    let area = rect.dropping(rows: 1)
    let across = columns(values.count, area)
    let down = (values.count + across - 1) / across
    let width = area.columns / across
    let height = area.rows / max(1, down)
    guard height >= 3 else { return }
    for (index, value) in values.enumerated() {
      let place = Rect(
        area.column + index % across * width, area.row + index / across * height, columns: width - 1,
        rows: height)
      draw(FeatureMapsView.map(value), in: place, &pen)
    }
  }

  /// How many maps stand beside each other, so that they come out largest.
  private func columns(_ count: Int, _ area: Rect) -> Int {
    let candidates = (1...count).map { across -> (across: Int, side: Int) in
      let down = (count + across - 1) / across
      return (across, min(area.columns / across - 1, (area.rows / down - 2) * 2))
    }
    return candidates.max { $0.side < $1.side }?.across ?? 1
  }

  private func draw(_ map: Map, in rect: Rect, _ pen: inout Pen) {
    let finite = map.means.filter(\.isFinite)
    let most = finite.max() ?? 0
    var title: [Pen.Span] = [.init(map.name, pen.theme.strong)]
    let size = " \(map.height)×\(map.width)"
    let channels = " ×\(map.channels)"
    var room = rect.columns - pen.columns(map.name) - size.columns
    if room >= 0 { title.append(.init(size, pen.theme.text)) }
    room -= channels.columns
    if room >= 0 { title.append(.init(channels, pen.theme.secondary)) }
    pen.write(title, rect.column, rect.row, width: rect.columns)
    let area = rect.dropping(rows: 1)
    let drawn = CellMap(values: map.means, width: map.width, range: 0...max(most, 1e-300), cursor: nil)
      .draw(in: area.top(rows: area.rows - 1), &pen)
    var legend: [Pen.Span] = [
      .init("to ", pen.theme.secondary), .init(Number.text(most, digits: 2), pen.theme.text),
    ]
    if finite.count < map.means.count {
      legend += [.init(" "), CellMap.noNumber(pen), .init(" NaN", pen.theme.hazard)]
    }
    pen.write(legend, rect.column, area.row + drawn, width: rect.columns)
  }

  /// The last two axes are the map; everything before them is channels.
  static func map(_ value: Value) -> Map {
    let width = max(1, value.shape.last ?? 1)
    let height = max(1, value.shape.dropLast().last ?? 1)
    let channels = max(1, value.count / (width * height))
    var sums = Array(repeating: 0.0, count: width * height)
    for (index, number) in value.doubles.enumerated() where index < channels * sums.count {
      sums[index % sums.count] += abs(number)
    }
    let name = value.name.split(separator: ".").dropFirst().joined(separator: ".")
    return Map(
      name: name.isEmpty ? value.name : name, channels: channels, height: height, width: width,
      means: sums.map { $0 / Double(channels) })
  }
}
