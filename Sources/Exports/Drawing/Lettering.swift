internal import CCairo
import Scenes

/// A letter in its cell.
struct Letter {
  let glyph: Unicode.Scalar
  let cell: PixelRect
  let color: RGB
  let isBold: Bool

  init(_ glyph: Unicode.Scalar, _ cell: PixelRect, _ color: RGB, isBold: Bool) {
    self.glyph = glyph
    self.cell = cell
    self.color = color
    self.isBold = isBold
  }
}

/// Letters in DejaVu Sans Mono, as wide as a cell; what it has not, in DejaVu Sans.
struct Lettering {
  private let letters: [Letter]

  init(_ letters: [Letter]) { self.letters = letters }

  func draw(_ context: OpaquePointer?) {
    let options = cairo_font_options_create()
    defer { cairo_font_options_destroy(options) }
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_SLIGHT)
    cairo_set_font_options(context, options)
    for isBold in [false, true] {
      let own = letters.filter { $0.isBold == isBold }
      guard !own.isEmpty else { continue }
      let mono = Font("DejaVu Sans Mono", isBold: isBold, fittingM: true, context)
      let missing = own.filter { !mono.draw($0, context) }
      guard !missing.isEmpty else { continue }
      let sans = Font("DejaVu Sans", isBold: isBold, fittingM: false, context)
      for letter in missing where !sans.draw(letter, context) { sans.drawUnknown(letter, context) }
    }
  }

  /// A font of a size at which its letters fit the cells.
  private struct Font {
    private let font: OpaquePointer?
    private let baseline: Double

    private static let cell = CanvasDrawing.cell

    /// Takes the context's font until the next is made.
    ///
    /// - Parameter fittingM: whether every letter is as wide as an M, and that as a cell.
    init(_ family: String, isBold: Bool, fittingM: Bool, _ context: OpaquePointer?) {
      let weight = isBold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL
      cairo_select_font_face(context, family, CAIRO_FONT_SLANT_NORMAL, weight)
      var size = 16.0
      cairo_set_font_size(context, size)
      if fittingM {
        var extents = cairo_text_extents_t()
        cairo_text_extents(context, "M", &extents)
        if extents.x_advance > 0 { size *= Double(Self.cell.width) / extents.x_advance }
      } else {
        size = 13
      }
      cairo_set_font_size(context, size)
      var extents = cairo_font_extents_t()
      cairo_font_extents(context, &extents)
      font = cairo_get_scaled_font(context)
      baseline = ((Double(Self.cell.height) - extents.ascent - extents.descent) / 2 + extents.ascent).rounded()
    }

    /// False where the font does not have the letter.
    func draw(_ letter: Letter, _ context: OpaquePointer?) -> Bool {
      let text = Array(String(letter.glyph).utf8CString)
      var glyphs: UnsafeMutablePointer<cairo_glyph_t>?
      var count: Int32 = 0
      let (x, y) = (Double(letter.cell.x), Double(letter.cell.y) + baseline)
      let status = cairo_scaled_font_text_to_glyphs(
        font, x, y, text, Int32(text.count - 1), &glyphs, &count, nil, nil, nil)
      defer { cairo_glyph_free(glyphs) }
      guard status == CAIRO_STATUS_SUCCESS, count == 1, let glyphs, glyphs[0].index != 0 else { return false }
      var extents = cairo_text_extents_t()
      cairo_scaled_font_glyph_extents(font, glyphs, 1, &extents)
      // In the middle of its cell; of the letters of the first font all are.
      glyphs[0].x += (Double(letter.cell.width) - extents.x_advance) / 2
      letter.color.set(context)
      cairo_show_glyphs(context, glyphs, 1)
      return true
    }

    /// A frame in place of a letter that no font has.
    func drawUnknown(_ letter: Letter, _ context: OpaquePointer?) {
      letter.color.set(context)
      cairo_set_line_width(context, 1)
      cairo_rectangle(context, Double(letter.cell.x) + 1.5, Double(letter.cell.y) + 4.5, 7, 11)
      cairo_stroke(context)
    }
  }
}
