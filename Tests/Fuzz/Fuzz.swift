#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What libFuzzer calls: one of the targets, chosen by the environment variable FUZZ. See `run.sh`.
private let target: (@Sendable ([UInt8]) -> Void)? = {
  guard let name = getenv("FUZZ").map({ String(cString: $0) }) else { return nil }
  let targets: [String: @Sendable ([UInt8]) -> Void] = [
    "expressions": fuzzExpressions, "scenes": fuzzScenes, "configurations": fuzzConfigurations,
    "coco": { fuzzBoxes($0, named: "boxes.json") }, "voc": { fuzzBoxes($0, named: "boxes.xml") }, "yolo": fuzzYOLO,
    "pictures": fuzzPictures, "safetensors": fuzzSafetensors,
  ]
  return targets[name]
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard let target else {
    print("FUZZ names no target")
    exit(2)
  }
  target(Array(UnsafeBufferPointer(start: bytes, count: count)))
  return 0
}

/// Hands the bytes on as a file, for what is read from one. Files made inside of each other share a folder.
func withFile(_ bytes: [UInt8], named name: String, _ read: (String) -> Void) {
  let folder = "/dev/shm/boxstep-fuzz-\(getpid())"
  mkdir(folder, 0o700)
  defer { rmdir(folder) }
  let path = "\(folder)/\(name)"
  guard let file = fopen(path, "wb") else { return }
  bytes.withUnsafeBytes { _ = fwrite($0.baseAddress, 1, $0.count, file) }
  fclose(file)
  read(path)
  unlink(path)
}
