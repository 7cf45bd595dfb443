import CKernels

/// The inner loop of convolution: the C kernel, and the same sums in Swift, which tests hold it to.
package enum Kernels {
  /// Columns of a panel.
  package static let panel = Int(BOXSTEP_PANEL)

  /// c[r][j] += Σ_d a[r][d] · panel[d][j]: see `kernels.h`.
  @inline(__always)
  static func multiply(
    rows: Int, depth: Int, _ a: UnsafePointer<Float>, stride aStride: Int,
    panel: UnsafePointer<Float>, into c: UnsafeMutablePointer<Float>, stride cStride: Int, columns: Int
  ) {
    boxstep_panel(rows, depth, a, aStride, panel, c, cStride, columns)
  }

  /// What `multiply` computes, a term at a time. Row-major; `panel` has `Kernels.panel` columns.
  package static func reference(
    rows: Int, depth: Int, a: [Float], panel: [Float], c: [Float], columns: Int
  ) -> [Float] {
    var result = c
    for r in 0..<rows {
      for j in 0..<columns {
        var sum: Float = 0
        for d in 0..<depth { sum += a[r * depth + d] * panel[d * Self.panel + j] }
        result[r * columns + j] += sum
      }
    }
    return result
  }

  /// The C kernel on arrays, for comparison.
  ///
  /// - Parameter width: floats in a vector; nil for the widest there is.
  /// - Returns: nil where the processor has no vectors of this width.
  package static func kernel(
    rows: Int, depth: Int, a: [Float], panel: [Float], c: [Float], columns: Int, width: Int? = nil
  ) -> [Float]? {
    var result = c
    var isDone = true
    result.withUnsafeMutableBufferPointer { c in
      a.withUnsafeBufferPointer { a in
        panel.withUnsafeBufferPointer { panel in
          guard let c = c.baseAddress, let a = a.baseAddress, let panel = panel.baseAddress else { return }
          if let width {
            isDone =
              boxstep_panel_at_width(
                Int32(width), rows, depth, a, depth, panel, c, columns, columns) == 1
          } else {
            multiply(
              rows: rows, depth: depth, a, stride: depth, panel: panel, into: c, stride: columns,
              columns: columns)
          }
        }
      }
    }
    return isDone ? result : nil
  }
}
