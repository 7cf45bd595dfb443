import Debugger
import Detectors
import Traces

extension State {
  /// Before there is one: what to compare with. With one: the GTs that the two decide differently.
  func compareContent(_ theme: Theme) -> PanelContent {
    guard let comparison else { return choices(theme) }
    var content = PanelContent(
      title: "Compared with \(comparison.comparand.title)", keys: "Enter selects  q ends  Esc", rows: [],
      empty: "Running \(comparison.comparand.title)…")
    guard let result = comparison.result else { return content }
    let names = result.names
    let width = max(16, names.first.count + 2)
    content.rows.append(.heading("positives  ".padded(14) + names.first.padded(width) + names.second, theme))
    for object in result.objects {
      let (first, second) = (object.fates.first, object.fates.second)
      let text =
        "gt \(object.gt)".padded(14) + Self.words(first).padded(width) + Self.words(second)
      content.rows.append(
        PanelContent.Row(
          [
            .init(text, object.differs ? theme.text : theme.secondary),
            .init(object.losesAll ? "  !" : object.differs ? "  ≠" : "", theme.hazard),
          ],
          detail: "gt \(object.gt) (\(object.name)). \(names.first): \(Self.sentence(first)). \(names.second): "
            + "\(Self.sentence(second)). Enter selects it.",
          accept: .select(.gt(object.gt))))
    }
    content.rows.append(.heading("what differs", theme))
    for (_, count, words) in result.counts {
      content.rows.append(
        PanelContent.Row(
          [.init(Number.count(count).padded(14), theme.strong), .init(words, theme.text)], detail: result.headline))
    }
    if result.counts.isEmpty {
      content.rows.append(PanelContent.Row([.init("nothing", theme.text)], detail: result.headline))
    }
    return content
  }

  /// "12 P3 P4"
  private static func words(_ fate: Comparison.Fate) -> String {
    ([String(fate.positives)] + fate.levels.map(\.level)).joined(separator: " ")
  }

  private static func sentence(_ fate: Comparison.Fate) -> String {
    let levels = fate.levels.map { "\($0.count) on \($0.level)" }.joined(separator: ", ")
    let overlap = fate.bestIoU.map { ", best IoU \(Number.fixed($0, decimals: 3))" } ?? ""
    return (fate.positives == 0 ? "no positive" : levels) + overlap
  }

  private func choices(_ theme: Theme) -> PanelContent {
    var rows = [PanelContent.Row.heading("another detector", theme)]
    for detector in Detectors.all where detector.name != trace?.detector {
      rows.append(
        PanelContent.Row(
          [.init(detector.title, theme.text)], detail: detector.summary, accept: .compare(.detector(detector.name))))
    }
    let here = trace?.iteration ?? 1
    let moments = [1, here - 1, here / 2].filter { $0 >= 1 && $0 != here }
    if !moments.isEmpty { rows.append(.heading("another moment of this run", theme)) }
    for moment in Set(moments).sorted() {
      rows.append(
        PanelContent.Row(
          [.init("iteration \(Number.count(moment))", theme.text)], detail: "The same step, as it was then.",
          accept: .compare(.iteration(moment))))
    }
    rows.append(.heading("other parameters", theme))
    rows.append(
      PanelContent.Row(
        [.init(":compare PARAMETER=VALUE", theme.text)], detail: "The same iteration with one parameter otherwise.",
        accept: .promptWith("compare ")))
    return PanelContent(title: "Compare with", keys: "Enter runs it  Esc", rows: rows)
  }
}
