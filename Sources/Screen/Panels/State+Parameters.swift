import Detectors
import Traces

extension State {
  /// The classic mistakes as switches, then every parameter with a slider or its choices.
  func parameterContent(_ theme: Theme) -> PanelContent {
    guard let detectorType, let setup else {
      return PanelContent(title: "Parameters", keys: "", rows: [], empty: "These records have no parameters to change.")
    }
    let texts = Dictionary(setup.settings.texts(for: detectorType).map { ($0.name, $0.text) }) { first, _ in first }
    let widest = detectorType.parameters.map(\.name.count).max() ?? 0
    func row(_ parameter: Parameter) -> PanelContent.Row {
      self.row(parameter, text: texts[parameter.name] ?? "", opened: openedText(parameter.name), widest, theme)
    }
    var rows = detectorType.mistakes.map { self.row($0, detectorType, setup.settings, theme) }
    if !rows.isEmpty { rows.insert(.heading("classic mistakes: Space makes one, and mends it", theme), at: 0) }
    rows.append(.heading("parameters", theme))
    rows += detectorType.parameters.map(row)
    return PanelContent(title: "Parameters", keys: "←→ change  d default  Esc", rows: rows)
  }

  private func row(
    _ mistake: Mistake, _ detector: any Detector.Type, _ settings: Settings, _ theme: Theme
  ) -> PanelContent.Row {
    let isMade = mistake.isMade(in: settings, of: detector)
    var row = PanelContent.Row(
      [
        .init(isMade ? "[x] " : "[ ] ", isMade ? theme.hazard : theme.secondary),
        .init(mistake.name, isMade ? theme.hazard : theme.text),
      ],
      detail: "\(mistake.consequence) It is \(mistake.text(in: settings)).",
      accept: .edit(.mistake(mistake.name)))
    (row.less, row.more, row.toggle) = (row.accept, row.accept, row.accept)
    return row
  }

  private func openedText(_ name: String) -> String? {
    guard let detectorType, let opened else { return nil }
    return opened.settings.texts(for: detectorType).first { $0.name == name }?.text
  }

  private func row(
    _ parameter: Parameter, text: String, opened: String?, _ widest: Int, _ theme: Theme
  ) -> PanelContent.Row {
    let isChanged = opened.map { $0 != text } ?? false
    var spans: [Pen.Span] = [
      .init(isChanged ? "• " : "  ", theme.hazard),
      .init(parameter.name.padded(widest + 2), isChanged ? theme.accent : theme.text),
    ]
    if let part = parameter.kind.part(of: text) {
      spans.append(.init(State.slider(part, columns: 10), theme.secondary))
      spans.append(.init("  "))
    }
    spans.append(.init(State.short(text), theme.strong))
    if !parameter.unit.isEmpty { spans.append(.init(" \(parameter.unit)", theme.secondary)) }
    var detail = parameter.meaning
    if isChanged, let opened { detail += " Opened with \(opened)." }
    detail += " Wanted: \(parameter.kind.wanted). :set \(parameter.name) … types one."
    var row = PanelContent.Row(spans, detail: detail)
    let changes = parameter.kind.neighbours(of: text)
    row.less = changes.less.map { .edit(.set(parameter: parameter.name, text: $0)) }
    row.more = changes.more.map { .edit(.set(parameter: parameter.name, text: $0)) }
    row.toggle = row.more ?? row.less
    row.accept = .promptWith("set \(parameter.name) \(text)")
    row.remove = .edit(.reset(parameter: parameter.name))
    return row
  }

  /// The numbers of a list to four digits; the whole text is there when it is changed.
  private static func short(_ text: String) -> String {
    let parts = text.split(separator: ",").map(String.init)
    guard parts.count > 1, text.count > 20 else { return text }
    let numbers = parts.compactMap { Double($0.filter { $0 != " " }) }
    return numbers.count == parts.count ? numbers.map { Number.text($0, digits: 4) }.joined(separator: ", ") : text
  }

  private static func slider(_ part: Double, columns: Int) -> String {
    let place = Int((part * Double(columns - 1)).rounded(), in: 0...columns - 1) ?? 0
    return String(repeating: "─", count: place) + "◆" + String(repeating: "─", count: columns - 1 - place)
  }
}

extension Parameter.Kind {
  /// What there is to choose from; empty for numbers.
  package var choices: [String] {
    switch self {
    case .flag: ["true", "false"]
    case .choice(let names): names
    default: []
    }
  }

  /// Where a value lies in its range, from 0 to 1; nil for what has no handy range.
  func part(of text: String) -> Double? {
    guard case .number(let range) = self, let number = Double(text), range.upperBound - range.lowerBound <= 2 else {
      return nil
    }
    return (number - range.lowerBound) / (range.upperBound - range.lowerBound)
  }

  /// The values a step to either side.
  func neighbours(of text: String) -> (less: String?, more: String?) {
    switch self {
    case .flag: return (text == "true" ? "false" : nil, text == "true" ? nil : "true")
    case .choice(let names):
      guard let index = names.firstIndex(of: text), names.count > 1 else { return (nil, nil) }
      return (names[(index + names.count - 1) % names.count], names[(index + 1) % names.count])
    case .integer(let range):
      guard let number = Int(text) else { return (nil, nil) }
      let step = max(1, abs(number) / 10)
      return (
        number > range.lowerBound ? String(max(range.lowerBound, number - step)) : nil,
        number < range.upperBound ? String(min(range.upperBound, number + step)) : nil
      )
    case .number(let range): return numberNeighbours(text, range)
    case .numbers, .integers: return listNeighbours(text)
    case .names: return (nil, nil)
    }
  }

  /// Hundredths in a small range, else a tenth of the number.
  private func numberNeighbours(_ text: String, _ range: ClosedRange<Double>) -> (less: String?, more: String?) {
    guard let number = Double(text) else { return (nil, nil) }
    func written(_ value: Double) -> String {
      Number.text(value.clamped(to: range), digits: 6).replacing("−", with: "-")
    }
    if range.upperBound - range.lowerBound <= 2 {
      let (less, more) = (((number - 0.01) * 100).rounded() / 100, ((number + 0.01) * 100).rounded() / 100)
      return (number > range.lowerBound ? written(less) : nil, number < range.upperBound ? written(more) : nil)
    }
    let step = number == 0 ? 0.1 : abs(number) / 10
    return (
      number > range.lowerBound ? written(number - step) : nil, number < range.upperBound ? written(number + step) : nil
    )
  }

  /// All numbers of a list by a tenth.
  private func listNeighbours(_ text: String) -> (less: String?, more: String?) {
    let numbers = text.split(separator: ",").compactMap { Double($0) }
    func scaled(_ factor: Double) -> String? {
      var isWhole = false
      var limits = -Double.infinity...Double.infinity
      switch self {
      case .integers(_, let each):
        isWhole = true
        limits = Double(each.lowerBound)...Double(each.upperBound)
      case .numbers(_, let each): limits = each
      default: break
      }
      let scaled = numbers.map { number in
        let wanted = isWhole ? (number * factor).rounded() : number * factor
        return wanted.clamped(to: limits)
      }
      guard scaled != numbers else { return nil }
      return scaled.map { Number.text($0, digits: 6).replacing("−", with: "-").replacing(",", with: "") }
        .joined(separator: ",")
    }
    return numbers.isEmpty ? (nil, nil) : (scaled(1 / 1.1), scaled(1.1))
  }
}
