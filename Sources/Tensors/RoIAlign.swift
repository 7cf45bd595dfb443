extension Tape {
  /// Pools regions of maps: every bin is the mean of its points, every point the weighted mean of the four cells
  /// round it. The gradient flows to the maps, not to where the regions lie.
  ///
  /// O(R · C · points).
  ///
  /// - Parameters:
  ///   - maps: each of shape C,h,w.
  ///   - regions: R, each with the map it is pooled from and its grid laid over that map; all of one pooling.
  /// - Returns: R,C,H,W.
  public mutating func roiAlign(_ maps: [Variable], _ regions: [(map: Int, grid: RoIGrid)]) -> Variable {
    let shapes = maps.map { self[$0].shape }
    let channels = shapes.first?[0] ?? 0
    let pooling = regions.first?.grid.pooling ?? RoIPooling(height: 1, width: 1, samplingRatio: 1)
    let bins = pooling.height * pooling.width
    var output = Tensor.zeros([regions.count, channels, pooling.height, pooling.width])
    output.elements.withUnsafeMutableBufferPointer { output in
      for (row, region) in regions.enumerated() {
        let plane = shapes[region.map][1] * shapes[region.map][2]
        self[maps[region.map]].elements.withUnsafeBufferPointer { map in
          for channel in 0..<channels {
            region.grid.pool(map, from: channel * plane, into: output, at: (row * channels + channel) * bins)
          }
        }
      }
    }
    return record(output, from: maps) { gradient, wanted in
      var slopes = zip(shapes, wanted).map { $1 ? Tensor.zeros($0) : nil }
      gradient.elements.withUnsafeBufferPointer { gradient in
        for (row, region) in regions.enumerated() where wanted[region.map] {
          let start = row * channels * bins
          // A region that is in no loss has nothing to send back.
          guard (start..<start + channels * bins).contains(where: { gradient[$0] != 0 }) else { continue }
          let plane = shapes[region.map][1] * shapes[region.map][2]
          slopes[region.map]?.elements.withUnsafeMutableBufferPointer { slope in
            for channel in 0..<channels {
              region.grid.spread(gradient, at: start + channel * bins, into: slope, from: channel * plane)
            }
          }
        }
      }
      return slopes
    }
  }
}

extension RoIGrid {
  /// The value of every bin on one channel.
  fileprivate func pool(
    _ map: UnsafeBufferPointer<Float>, from plane: Int, into output: UnsafeMutableBufferPointer<Float>, at place: Int
  ) {
    guard count > 0 else { return }
    let divisor = Float(samplesPerBin)
    cells.withUnsafeBufferPointer { cells in
      weights.withUnsafeBufferPointer { weights in
        for bin in 0..<pooling.height * pooling.width {
          var sum: Float = 0
          for k in stride(from: bin * samplesPerBin * 4, to: (bin + 1) * samplesPerBin * 4, by: 4) {
            let upper = weights[k] * map[plane + Int(cells[k])] + weights[k + 1] * map[plane + Int(cells[k + 1])]
            let lower =
              weights[k + 2] * map[plane + Int(cells[k + 2])] + weights[k + 3] * map[plane + Int(cells[k + 3])]
            sum += upper + lower
          }
          output[place + bin] = sum / divisor
        }
      }
    }
  }

  /// The way back of `pool`: every bin's gradient to the cells it was made from.
  fileprivate func spread(
    _ gradient: UnsafeBufferPointer<Float>, at place: Int, into slope: UnsafeMutableBufferPointer<Float>,
    from plane: Int
  ) {
    guard count > 0 else { return }
    let divisor = Float(samplesPerBin)
    cells.withUnsafeBufferPointer { cells in
      weights.withUnsafeBufferPointer { weights in
        for bin in 0..<pooling.height * pooling.width {
          let share = gradient[place + bin] / divisor
          for k in bin * samplesPerBin * 4..<(bin + 1) * samplesPerBin * 4 {
            slope[plane + Int(cells[k])] += share * weights[k]
          }
        }
      }
    }
  }
}
