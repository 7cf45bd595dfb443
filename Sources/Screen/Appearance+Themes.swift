extension Appearance {
  /// What `:theme` and a configuration can choose.
  package static let themes = ["dark", "light", "colorblind", "mono"]

  /// With another theme; one of no such name changes nothing.
  package func themed(_ name: String) -> Appearance {
    var changed = self
    switch name {
    case "dark": (changed.background, changed.colors, changed.hues) = (.dark, .full, .standard)
    case "light": (changed.background, changed.colors, changed.hues) = (.light, .full, .standard)
    case "colorblind": (changed.colors, changed.hues) = (.full, .safe)
    case "mono": changed.colors = .none
    default: break
    }
    return changed
  }
}
