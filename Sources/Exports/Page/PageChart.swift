import Foundation
import Screen
import Traces

/// Histograms and plots as SVG.
enum PageChart {
  private static let width = 440.0

  private static func text(
    _ x: Double, _ y: Double, _ words: String, anchor: String = "start", _ name: String = "axis"
  ) -> Markup {
    .element("text", ["x": "\(svg: x)", "y": "\(svg: y)", "text-anchor": anchor, "class": name], words)
  }

  private static func line(_ path: String, _ name: String) -> Markup {
    .element("path", ["d": path, "class": name])
  }

  private static func chart(_ height: Double, _ label: String, _ content: [Markup]) -> Markup {
    .element(
      "svg",
      ["class": "chart", "viewBox": "0 0 \(svg: width) \(svg: height)", "role": "img", "aria-label": label], content)
  }

  // MARK: Histogram

  static func drawn(_ histogram: Exhibit.Histogram) -> Markup {
    let (top, bottom, height) = (34.0, 116.0, 134.0)
    let span = histogram.range.upperBound - histogram.range.lowerBound
    func x(_ number: Double) -> Double { (number - histogram.range.lowerBound) / span * width }
    let tallest = logarithm(histogram.counts.max() ?? 0)
    let step = width / Double(max(1, histogram.counts.count))
    var bars = ""
    for (index, count) in histogram.counts.enumerated() where count > 0 && tallest > 0 {
      let tall = (bottom - top) * logarithm(count) / tallest
      bars += "M\(svg: Double(index) * step) \(svg: bottom)v\(svg: -tall)h\(svg: step * 0.9)v\(svg: tall)z"
    }
    var content = [line(bars, "fill"), line("M0 \(svg: bottom)h\(svg: width)", "frame")]
    for (index, mark) in histogram.marks.enumerated() where histogram.range.contains(mark.value) {
      let at = x(mark.value)
      let anchor = at > width / 2 ? "end" : "start"
      content.append(line("M\(svg: at) \(svg: top - 4)V\(svg: bottom)", "cross"))
      content.append(
        text(
          at, 11 + Double(index % 2) * 13, "\(mark.label) \(Number.text(mark.value, digits: 3))", anchor: anchor,
          "level"))
    }
    content.append(text(0, height - 3, Number.text(histogram.range.lowerBound, digits: 2)))
    content.append(text(width, height - 3, Number.text(histogram.range.upperBound, digits: 2), anchor: "end"))
    content.append(text(width / 2, height - 3, "how many, by log", anchor: "middle"))
    if let here = histogram.here, histogram.range.contains(here) {
      content.append(line("M\(svg: x(here)) \(svg: bottom + 1)l5 8h-10z", "here-mark"))
    }
    return chart(height, "How often each number occurs, by logarithm", content)
  }

  private static func logarithm(_ count: Int) -> Double { log2(Double(count) + 1) }

  // MARK: Plot

  static func drawn(_ plot: Exhibit.Plot) -> [Markup] {
    let (left, right, top, bottom, height) = (46.0, width - 6, 32.0, 190.0, 224.0)
    func x(_ number: Double) -> Double {
      left + (number - plot.x.lowerBound) / (plot.x.upperBound - plot.x.lowerBound) * (right - left)
    }
    func y(_ number: Double) -> Double {
      bottom - (number - plot.y.lowerBound) / (plot.y.upperBound - plot.y.lowerBound) * (bottom - top)
    }
    var content = [
      line("M\(svg: left) \(svg: top)V\(svg: bottom)H\(svg: right)", "frame"),
      text(0, 11, plot.yLabel), text(left - 4, top + 8, plot.ends.top, anchor: "end"),
      text(left - 4, bottom, plot.ends.bottom, anchor: "end"),
      text(left, bottom + 14, Number.text(plot.x.lowerBound, digits: 3)),
      text(right, bottom + 14, Number.text(plot.x.upperBound, digits: 3), anchor: "end"),
      text((left + right) / 2, bottom + 28, plot.xLabel, anchor: "middle"),
    ]
    for mark in plot.marks {
      let at = x(mark.value)
      content.append(line("M\(svg: at) \(svg: top)V\(svg: bottom)", "cross"))
      let anchor = at > width * 0.6 ? "end" : "start"
      content.append(
        text(at, top - 4, "\(mark.label) \(Number.text(mark.value, digits: 3))", anchor: anchor, "level"))
    }
    for (mark, height) in plot.levels where plot.y.contains(height) {
      content.append(line("M\(svg: left) \(svg: y(height))H\(svg: right)", "cross"))
      let words = "\(mark.label) \(Number.text(mark.value, digits: 3))"
      content.append(text(right, y(height) - 3, words, anchor: "end", "level"))
    }
    for (index, series) in plot.lines.enumerated() {
      var path = ""
      var isDown = false
      for point in series.points {
        guard point.x.isFinite, point.y.isFinite else {
          isDown = false
          continue
        }
        path += "\(isDown ? "L" : "M")\(svg: x(point.x)) \(svg: y(point.y))"
        isDown = true
      }
      content.append(line(path, "line line-\(index % 8)"))
    }
    for point in plot.here where plot.x.contains(point.x) && plot.y.contains(point.y) {
      content.append(
        .element("circle", ["cx": "\(svg: x(point.x))", "cy": "\(svg: y(point.y))", "r": "4", "class": "here-mark"]))
    }
    return [chart(height, "\(plot.yLabel) over \(plot.xLabel)", content), legend(plot)]
  }

  private static func legend(_ plot: Exhibit.Plot) -> Markup {
    let names = plot.lines.enumerated().map { index, series in
      Markup.element(
        "li", [:],
        [
          .element(
            "svg", ["class": "sample", "viewBox": "0 0 28 8", "aria-hidden": "true"],
            [line("M0 4h28", "line line-\(index % 8)")]),
          .text(" \(series.name)"),
        ])
    }
    return .element("ul", ["class": "legend"], names + plot.words.map { .element("li", [:], $0) })
  }
}
