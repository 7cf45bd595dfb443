/// What a user waits for.
enum ScreenCases {
  static var all: [Case] { [] }
}
