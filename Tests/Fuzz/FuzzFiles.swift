import Detectors
import Scenes
import Traces

/// A scene file, or a picture in its place.
func fuzzScenes(_ bytes: [UInt8]) {
  withFile(bytes, named: "scene.yaml") { path in
    do throws(Fault) { check(try SceneFile.open(path, maxSide: 64)) } catch { _ = error.description }
  }
}

/// What a detector may rely on of any scene.
private func check(_ scene: Scene) {
  precondition(scene.width <= 64 && scene.height <= 64)
  for object in scene.objects {
    precondition(object.box.isFinite && scene.classes.indices.contains(object.label))
    precondition(object.box.width > 0 && object.box.height > 0)
  }
}

/// A detector with parameters; those that are taken can be written and read again.
func fuzzConfigurations(_ bytes: [UInt8]) {
  withFile(bytes, named: "detector.yaml") { path in
    do throws(Fault) {
      let configuration = try Configuration.read(path)
      _ = configuration.settings.texts(for: configuration.detector)
    } catch { _ = error.description }
  }
}

func fuzzPictures(_ bytes: [UInt8]) {
  do throws(Fault) {
    let picture = try PictureFile.decode(bytes, source: "fuzz")
    precondition(picture.bytes.count == picture.width * picture.height * 3)
  } catch { _ = error.description }
}

/// A file of tensors: every number of those that are taken can be read.
func fuzzSafetensors(_ bytes: [UInt8]) {
  do throws(Fault) {
    let file = try Safetensors(bytes, source: "fuzz")
    for entry in file.tensors.values { _ = entry.shape }
    withFile(bytes, named: "model.safetensors") { path in _ = try? Predictions.read(path) }
  } catch { _ = error.description }
}
