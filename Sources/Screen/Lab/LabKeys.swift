/// What keys do in the loss lab: the keys, the action, and the words for it on each page.
struct LabKey: Sendable {
  let label: String
  /// Of the help, on the pages where the key does something.
  let words: [LabState.Page: String]
  /// Of the last line, on the pages where the key is named there.
  let hint: [LabState.Page: String]
  let actions: [Key: LabAction]
}

extension LabAction {
  /// The action of a key; nil when it has none.
  package static func action(for key: Key) -> LabAction? {
    LabKey.all.lazy.compactMap { $0.actions[key] }.first
  }
}

extension LabKey {
  /// In the order of the help.
  static let all: [LabKey] = [arrows] + ofBoxes + [choose, adjust, turn, example] + ofFrame

  private static func on(_ boxes: String?, _ probability: String?, _ anchors: String?) -> [LabState.Page: String] {
    let words: [LabState.Page: String?] = [.boxes: boxes, .probability: probability, .anchors: anchors]
    return words.compactMapValues { $0 }
  }

  private static let arrows = LabKey(
    label: "←↓↑→ hjkl",
    words: on(
      "move the box, or size it after s", "←→ the probability, ↑↓ the loss that is told about",
      "↑↓ through the anchors, ←→ ten at a time"),
    hint: on("move", "change", "anchor"),
    actions: [
      .left: .move(.left), .character("h"): .move(.left), .down: .move(.down), .character("j"): .move(.down),
      .up: .move(.up), .character("k"): .move(.up), .right: .move(.right), .character("l"): .move(.right),
    ])

  private static let ofBoxes = [
    LabKey(
      label: "HJKL", words: on("size the box by its right and lower edge", nil, nil), hint: on(nil, nil, nil),
      actions: [
        .character("H"): .resize(.left), .character("J"): .resize(.down), .character("K"): .resize(.up),
        .character("L"): .resize(.right),
      ]),
    LabKey(
      label: "s", words: on("arrows size the box, or move it again", nil, nil), hint: on("size", nil, nil),
      actions: [.character("s"): .grip]),
    LabKey(
      label: "g", words: on("take the other box: GT or predicted", nil, nil), hint: on("other box", nil, nil),
      actions: [.character("g"): .hold]),
  ]

  private static let choose = LabKey(
    label: "Space p",
    words: on(
      "next and previous loss: its gradient and path are drawn", "next and previous loss",
      "next and previous way to choose examples"),
    hint: on("loss", "loss", "mining"),
    actions: [
      .character(" "): .choose(1), .character("n"): .choose(1), .pageDown: .choose(1), .character("p"): .choose(-1),
      .pageUp: .choose(-1),
    ])

  private static let adjust = LabKey(
    label: "[ ]", words: on("rate of the descent", "α", "γ"), hint: on("rate", "α", "γ"),
    actions: [.character("["): .adjust(-1), .character("]"): .adjust(1)])

  private static let turn = LabKey(
    label: "t",
    words: on(
      "whose arithmetic: mmdetection, torchvision, the seed", "the class is there, or is not",
      "switch from cross entropy to focal, and back"),
    hint: on(nil, "there or not", "CE ⇄ focal"), actions: [.character("t"): .turn])

  private static let example = LabKey(
    label: "e E",
    words: on(
      "next and previous pair of boxes", "next and previous probability", "another sample of anchors, and back"),
    hint: on("pairs", "jump", "sample"), actions: [.character("e"): .example(1), .character("E"): .example(-1)])

  private static let ofFrame = [
    LabKey(
      label: "Tab 1 2 3", words: on("pages", "pages", "pages"), hint: on("page", "page", "page"),
      actions: [
        .tab: .turnPage(1), .backTab: .turnPage(-1), .character("1"): .page(.boxes),
        .character("2"): .page(.probability), .character("3"): .page(.anchors),
      ]),
    LabKey(
      label: "?", words: on("these keys", "these keys", "these keys"), hint: on("keys", "keys", "keys"),
      actions: [.character("?"): .help]),
    LabKey(
      label: "q Esc", words: on("leave the lab", "leave the lab", "leave the lab"),
      hint: on("leave", "leave", "leave"), actions: [.character("q"): .close, .escape: .close]),
  ]
}
