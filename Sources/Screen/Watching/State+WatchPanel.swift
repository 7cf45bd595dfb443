import Debugger
import Expressions
import Traces

extension State {
  func watchContent(_ theme: Theme) -> PanelContent {
    var rows: [PanelContent.Row] = []
    if !breakpoints.isEmpty { rows.append(.heading("breakpoints", theme)) }
    for (index, breakpoint) in breakpoints.enumerated() {
      let holds =
        trace.map { trace in
          ![breakpoint].stops(in: trace, before: previousTrace).isEmpty
        } ?? false
      var row = PanelContent.Row([
        .init(breakpoint.isOn ? "● " : "○ ", breakpoint.isOn ? theme.hazard : theme.secondary),
        .init(breakpoint.text, breakpoint.isOn ? theme.text : theme.secondary),
        .init(holds ? "   holds in this iteration" : "", theme.accent),
      ])
      row.detail = "c runs on to where it comes true, C back to where it last did. Space switches it off and on."
      row.remove = .removeBreakpoint(index)
      row.toggle = .switchBreakpoint(index)
      rows.append(row)
    }
    if !watches.isEmpty { rows.append(.heading("watches", theme)) }
    for (index, watch) in watches.enumerated() {
      var row = PanelContent.Row(watchSpans(watch, theme), detail: watchDetail(watch))
      row.remove = .removeWatch(index)
      rows.append(row)
    }
    return PanelContent(
      title: "Breakpoints and watches", keys: "Space on/off  d delete  Esc", rows: rows,
      empty:
        "b sets a breakpoint on the step that is shown. :break any(gt.positives == 0) stops where a condition comes "
        + "true, :break hazard at the next warning. :watch loss.cls shows a value at every moment. "
        + "boxstep list expressions has all that can be named.")
  }

  /// The value here, what it was a step ago, and its past over the iterations.
  private func watchSpans(_ watch: Watch, _ theme: Theme) -> [Pen.Span] {
    let (value, change) = reading(of: watch)
    let past = watch.past.filter { $0.key <= trace?.iteration ?? 0 }.sorted { $0.key < $1.key }.map(\.value)
    return [
      .init(watch.text, theme.text), .init("  "), .init(value, theme.strong),
      .init(change.isEmpty ? "" : "  \(change)", theme.hazard),
      .init(past.count > 1 ? "  " + Bar.sparkline(past, columns: 16) : "", theme.accent),
    ]
  }

  /// What a watch comes to now, and what it was before where that was something else.
  func reading(of watch: Watch) -> (value: String, change: String) {
    guard let moment else { return ("", "") }
    do throws(ExpressionFault) {
      let now = try watch.expression.evaluate(in: moment)
      let before = moment.earlier.lazy.compactMap { try? watch.expression.evaluate(in: $0) }.first
      guard let before, "\(before)" != "\(now)" else { return ("\(now)", "") }
      if let a = before.number, let b = now.number {
        return ("\(now)", "\(b >= a ? "+" : "−")\(Number.text(abs(b - a), digits: 3))")
      }
      return ("\(now)", "was \(before)")
    } catch {
      return (error.isNotYet ? "not yet" : "—", "")
    }
  }

  private func watchDetail(_ watch: Watch) -> String {
    guard let moment else { return "" }
    do throws(ExpressionFault) {
      return "\(watch.text) = \(try watch.expression.evaluate(in: moment))"
    } catch {
      return "\(error)"
    }
  }
}
