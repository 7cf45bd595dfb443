import Debugger
import Detectors
import Scenes

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Going back to an iteration at random after 500 were trained, of `mixed`. The most memory that the process ever had
/// is told too; it is the case's own where `--only` names one case.
enum TravelCases {
  static var all: [Case] { Detectors.all.map(travel) }

  private static func travel(with detector: any Detector.Type) -> Case {
    Case("travel.\(detector.name)") { repeats in
      guard let scene = Gallery.scene(named: "mixed") else { throw BenchmarkError.noScene }
      let settings = Settings(defaultsOf: detector)
      var session = Session(try Trainer(scene, detector: detector, settings: settings, seed: 0))
      keep(session.trace(ofIteration: 500))
      var number: UInt64 = 1
      let times = (0..<max(repeats, 40)).map { _ in
        // A generator of Knuth's: where one jumps to is the same every time.
        number = number &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let start = ContinuousClock.now
        keep(session.trace(ofIteration: Int(number >> 33) % 500 + 1))
        return (ContinuousClock.now - start).milliseconds
      }
      print("travel.\(detector.name): at most \(peakMegabytes) MB")
      return times
    }
  }

  private static var peakMegabytes: Int {
    var usage = rusage()
    #if canImport(Glibc)
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      return usage.ru_maxrss / 1000
    #else
      getrusage(RUSAGE_SELF, &usage)
      return usage.ru_maxrss / 1_000_000
    #endif
  }
}
