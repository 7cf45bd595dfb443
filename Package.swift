// swift-tools-version: 6.1
import PackageDescription

/// Eleven rooms, one direction: a target depends only on what stands above it in this list.
let package = Package(
  name: "boxstep",
  products: [
    .executable(name: "boxstep", targets: ["boxstep"]),
    .library(name: "BoxstepEngine", targets: ["Boxes", "Tensors", "Scenes", "Traces", "Detectors"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
  ],
  targets: [
    // The engine.
    .target(name: "Boxes"),
    .target(name: "CKernels"),
    .target(name: "Tensors", dependencies: ["CKernels"]),
    .systemLibrary(name: "CPng", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(name: "CTurboJPEG", providers: [.apt(["libturbojpeg0-dev"])]),
    .systemLibrary(name: "CExpat", providers: [.apt(["libexpat1-dev"])]),
    .target(name: "Scenes", dependencies: ["Boxes", "Tensors", "CPng", "CTurboJPEG", "CExpat", "Yams"]),
    .target(name: "Traces", dependencies: ["Boxes", "Tensors", "Scenes"]),
    .target(
      name: "Detectors", dependencies: ["Boxes", "CKernels", "Tensors", "Scenes", "Traces"]),

    // The debugger around it.
    .target(name: "Expressions", dependencies: ["Boxes", "Scenes", "Traces", "Detectors"]),
    .target(name: "Debugger", dependencies: ["Boxes", "Scenes", "Traces", "Detectors", "Expressions"]),
    .target(name: "Screen", dependencies: ["Boxes", "Scenes", "Traces", "Detectors", "Expressions", "Debugger"]),
    .target(
      name: "Walkthroughs", dependencies: ["Scenes", "Traces", "Detectors", "Expressions", "Debugger", "Screen"]),
    .systemLibrary(name: "CNcurses", providers: [.apt(["libncurses-dev"])]),
    .target(name: "CTerminalGuard"),
    .target(name: "Terminal", dependencies: ["Screen", "CNcurses", "CTerminalGuard"]),
    .systemLibrary(name: "CCairo", providers: [.apt(["libcairo2-dev", "fonts-dejavu-core"])]),
    .target(
      name: "Exports",
      dependencies: [
        "Boxes", "CCairo", "Scenes", "Traces", "Detectors", "Debugger", "Screen", "Walkthroughs", "Terminal",
      ]),
    .executableTarget(
      name: "boxstep",
      dependencies: [
        "Scenes", "Traces", "Detectors", "Expressions", "Debugger", "Screen", "Walkthroughs",
        "Terminal", "Exports",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        "Boxes", "Tensors", "Scenes", "Traces", "Detectors", "Debugger", "Screen", "CPseudoTerminal",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // Tests.
    .target(name: "TestSupport", path: "Tests/Support"),
    .target(
      name: "Fuzz", dependencies: ["Scenes", "Traces", "Detectors", "Expressions"], path: "Tests/Fuzz",
      exclude: ["run.sh", "Seeds"]),
    .testTarget(name: "BoxesTests", dependencies: ["Boxes", "TestSupport"]),
    .testTarget(
      name: "TensorsTests", dependencies: ["CKernels", "Tensors", "Traces", "TestSupport"],
      exclude: ["Figures"]),
    .testTarget(name: "ScenesTests", dependencies: ["Boxes", "Scenes"], exclude: ["Fixtures"]),
    .testTarget(name: "TracesTests", dependencies: ["Boxes", "Scenes", "Tensors", "Traces", "TestSupport"]),
    .testTarget(
      name: "WalkthroughsTests", dependencies: ["Scenes", "Tensors", "Screen", "Walkthroughs", "TestSupport"]),
    .testTarget(
      name: "DetectorsTests",
      dependencies: ["Boxes", "Scenes", "Tensors", "Traces", "Detectors", "TestSupport"],
      exclude: ["Figures", "Oracle"]),
    .testTarget(
      name: "ExpressionsTests",
      dependencies: ["Boxes", "Scenes", "Traces", "Detectors", "Expressions", "TestSupport"]),
    .testTarget(
      name: "DebuggerTests",
      dependencies: ["Boxes", "Scenes", "Traces", "Detectors", "Debugger", "TestSupport"]),
    .testTarget(
      name: "ExportsTests",
      dependencies: ["Scenes", "Detectors", "Screen", "Walkthroughs", "Exports", "CExpat", "TestSupport"]),
    .testTarget(name: "TerminalTests", dependencies: ["Terminal", "Screen", "Scenes"]),
    .testTarget(
      name: "ScreenTests",
      dependencies: [
        "Boxes", "Scenes", "Traces", "Detectors", "Debugger", "Screen", "TestSupport",
      ], exclude: ["Snapshots"]),
    .target(name: "CPseudoTerminal", path: "Tests/CPseudoTerminal"),
    .systemLibrary(name: "CVTerm", path: "Tests/CVTerm", providers: [.apt(["libvterm-dev"])]),
    .executableTarget(
      name: "TerminalProbe", dependencies: ["Terminal", "Screen", "Scenes"], path: "Tests/TerminalProbe"),
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "Terminal", "Screen", "Scenes", "Detectors", "Debugger", "Exports", "CPseudoTerminal", "CVTerm",
        "TerminalProbe",
        "boxstep",
      ]),
  ],
  cLanguageStandard: .c11
)
