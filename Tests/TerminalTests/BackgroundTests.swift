import Screen
import Terminal
import Testing

@Suite struct BackgroundTests {
  @Test(arguments: [
    ("11;rgb:ffff/ffff/ffff", Appearance.Background.light), ("11;rgb:0000/0000/0000", .dark),
    ("11;rgb:f/f/f", .light), ("11;rgb:1c/1c/1c", .dark), ("11;rgb:fd/f6/e3", .light), ("11;rgb:002/2b3/364", .dark),
    ("11;rgba:ffff/ffff/ffff/8000", .light),
  ])
  func answers(text: String, background: Appearance.Background) {
    #expect(Appearance.Background(answer: text) == background)
  }

  @Test(arguments: [
    "", "11;", "11;rgb:", "10;rgb:ffff/ffff/ffff", "11;rgb:ffff/ffff", "11;rgb:fffff/0/0", "11;rgb:-1/0/0",
    "11;rgb:+f/0/0", "11;rgb:gg/00/00", "11;#ffffff", "11;rgb:/0/0", "11;rgb:0:0:0",
  ])
  func noAnswers(text: String) { #expect(Appearance.Background(answer: text) == nil) }
}
