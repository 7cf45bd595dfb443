/// What stands for a glyph where a terminal shows ASCII alone.
enum ASCII {
  /// The text in ASCII alone, a column to a letter; some glyphs take more than one letter to say.
  static func spelled(_ text: String) -> String {
    guard !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text }
    var result = ""
    for scalar in text.unicodeScalars where scalar.shown.columns > 0 {
      result += words[scalar] ?? String(Character(glyph(scalar)))
    }
    return result
  }

  /// One ASCII glyph for one glyph.
  static func glyph(_ glyph: Unicode.Scalar) -> Unicode.Scalar {
    guard glyph.value >= 0x80 else { return glyph }
    if (0x2800...0x28FF).contains(glyph.value) { return glyph.value == 0x2800 ? " " : "*" }
    return glyphs[glyph] ?? "?"
  }

  private static let words: [Unicode.Scalar: String] = [
    "≤": "<=", "≥": ">=", "√": "sqrt", "→": "->", "α": "alpha", "β": "beta", "γ": "gamma", "σ": "sigma",
    "Σ": "sum", "π": "pi", "Δ": "d", "∞": "inf", "½": "1/2", "…": "..", "²": "^2", "≈": "~=", "∈": "in",
    "Π": "prod", "λ": "lambda", "η": "eta", "μ": "mu", "ε": "eps", "∂": "d", "θ": "theta", "⌊": "floor(",
    "⌋": ")", "≠": "!=", "ˆ": "^", "‖": "||", "∇": "grad ", "₁": "_1", "₂": "_2", "ₜ": "_t", "ᵢ": "_i",
    "δ": "delta", "ŵ": "w^", "∪": " or ", "∩": " and ", "⇒": "=>", "—": "--",
  ]

  private static let glyphs: [Unicode.Scalar: Unicode.Scalar] = [
    "─": "-", "│": "|", "┌": "+", "┐": "+", "└": "+", "┘": "+", "├": "+", "┤": "+", "┬": "+", "┴": "+",
    "┼": "+", "━": "=", "┃": "|", "┏": "#", "┓": "#", "┗": "#", "┛": "#", "╌": "*", "╎": "*", "┈": ":",
    "┊": ":", "▸": ">", "▀": "#", "▄": "_", "█": "#", "▁": "_", "▂": "_", "▃": ".", "▅": ":", "▆": "|",
    "▇": "|", "▉": "#", "▊": "#", "▋": "#", "▌": "=", "▍": "-", "▎": "-", "▏": "-", "░": ".", "▒": ":",
    "▓": "%", "−": "-", "–": "-", "·": ".", "×": "x", "←": "<", "→": ">", "↑": "^", "↓": "v", "↗": "/", "↘": "\\",
    "↙": "/", "↖": "\\", "⇄": "-", "●": "@",
    "•": "*", "◆": "@", "…": "~", "✓": "y", "✗": "n", "’": "'", "“": "\"", "”": "\"", "∙": ".", "▲": "^", "▼": "v",
    "▾": "v", "■": "#",
    "╍": "%", "╏": "%", "\u{0}": "\u{0}",
  ]
}
