import Exports
import Foundation
import Scenes
import Screen
import Testing

@Suite struct PictureTests {
  @Test func aPictureShowsThePictureUnderIt() throws {
    let reel = try Sample.iterationReel(step: "image")
    let picture = try PictureFile.decode(Export.bytes(of: reel, as: .png), source: "export")
    let state = reel.frames[0].state
    #expect(picture.width == 1200 && picture.height == 720)
    // Every half block has the canvas' two colours at its middle and at its edges: no seam shows.
    let canvas = state.canvas(state.size)
    var seen = 0
    for row in 0..<36 {
      for column in 0..<120 {
        let cell = canvas[column, row]
        guard cell.glyph == "▀", case .rgb(let top) = cell.style.foreground,
          case .rgb(let bottom) = cell.style.background
        else { continue }
        seen += 1
        for x in [column * 10, column * 10 + 5, column * 10 + 9] {
          #expect(picture[x, row * 20] == top && picture[x, row * 20 + 9] == top)
          #expect(picture[x, row * 20 + 10] == bottom && picture[x, row * 20 + 19] == bottom)
        }
      }
    }
    #expect(seen > 1000)
  }

  /// A line through cells is whole from end to end.
  @Test func framesHaveNoGaps() throws {
    let reel = try Sample.iterationReel(step: "match")
    let picture = try PictureFile.decode(Export.bytes(of: reel, as: .png), source: "export")
    let state = reel.frames[0].state
    let canvas = state.canvas(state.size)
    let row = try #require((0..<36).first { canvas[0, $0].glyph == "┌" || canvas[0, $0].glyph == "┏" })
    let isHeavy = canvas[0, row].glyph == "┏"
    let ground = picture[0, 719]
    // Down the left edge of the left frame.
    var y = row * 20 + 10
    while canvas[0, y / 20].glyph != "└", canvas[0, y / 20].glyph != "┗", y < 720 {
      #expect(picture[5, y] != ground, "\(y)")
      y += 1
    }
    #expect(y > row * 20 + 200 && picture[isHeavy ? 3 : 4, row * 20 + 30] == ground)
  }

  @Test func vectorsAreWellFormedAndSayWhatTheyShow() throws {
    let reel = try Sample.iterationReel(step: "match")
    let root = try XMLTree.parse(Export.bytes(of: reel, as: .svg))
    #expect(root.name == "svg" && root.attributes["viewBox"] == "0 0 1200 720")
    #expect(root.attributes["role"] == "img")
    #expect(root.children.first?.name == "title" && root.children.first?.text.hasPrefix("RetinaNet on slender") == true)
    // Letters are shapes of the file's own, the picture is in it.
    #expect(root.all("use").count > 500 && !root.all("image").isEmpty)
    for image in root.all("image") { #expect(image.attributes["xlink:href"]?.hasPrefix("data:image/png") == true) }
  }

  @Test func aStepAFile() throws {
    let folder = NSTemporaryDirectory() + "boxstep-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let files = try Export.write(Sample.lessonReel(), as: .svg, to: .folder(folder))
    let names = ["thin-01-look.svg", "thin-02-how-many.svg", "thin-03-choose.svg", "thin-04-try.svg"]
    #expect(files == names.map { "\(folder)/\($0)" })
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == names)
    // More than one step is no picture, and nothing is left of it.
    #expect(throws: Fault.self) { try Export.write(Sample.lessonReel(), as: .png, to: .file("\(folder)/a.png")) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 4)
  }
}
