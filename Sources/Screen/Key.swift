/// What reaches boxstep from outside while it shows a screen: keys, and news of the terminal.
package enum Key: Hashable, Sendable {
  /// Something typed or pasted, one scalar at a time; never a control character.
  case character(Unicode.Scalar)
  /// Ctrl and a lower-case letter, but for those that are keys of their own: Ctrl-I is `tab`, Ctrl-M and
  /// Ctrl-J are `enter`, Ctrl-H is `backspace`. Ctrl-Z never comes: the terminal suspends by itself.
  case control(Unicode.Scalar)
  case up, down, left, right
  case home, end, pageUp, pageDown
  case enter, escape, tab, backTab, backspace, delete, insert
  /// F1 is `function(1)`. Held with Shift it is `function(13)`: terminals count modifiers as more keys.
  case function(Int)
  case mouse(Mouse)

  /// What the terminal answers when it is asked for its background.
  case background(Appearance.Background)
  /// The terminal has a new size: draw again.
  case resize(Size)
  /// Back in the foreground after a suspension; the last canvas is on the screen again.
  case resumed
  /// Another thread asked for attention.
  case wake
  /// Nothing more will ever be typed.
  case endOfInput
  /// The window was closed, or somebody asked the process to end: save and leave.
  case hangUp
}
