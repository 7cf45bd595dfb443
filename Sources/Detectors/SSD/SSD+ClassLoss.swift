import Tensors

extension SSD {
  /// What the logits of an anchor cost: cross entropy through the softmax over the classes and background, or
  /// through a sigmoid for each class. With focal weights it is turned down where the answer is right.
  struct ClassLoss {
    enum Form: String, SettingChoice {
      /// K + 1 logits, background the last; their probabilities add up to 1.
      case softmax
      /// K logits, each a yes or no of its own; background is no to all.
      case logistic
    }

    /// (1 − p_t)^γ, with α for objects and 1 − α for background.
    struct Focus {
      let alpha: Double
      let gamma: Double
    }

    struct Result {
      /// N: 0 for anchors that do not count.
      var perPrior: [Double]
      /// N,K or N,K+1: of Σ perPrior / normalizer.
      var gradient: Tensor
    }

    let form: Form
    /// Nil for plain cross entropy.
    let focus: Focus?

    init(_ settings: Settings) {
      form = settings[SSD.classLoss]
      focus =
        settings[SSD.selection] == .focal ? Focus(alpha: settings[SSD.alpha], gamma: settings[SSD.gamma]) : nil
    }

    /// - Parameters:
    ///   - logits: N,K or N,K+1.
    ///   - labels: N, the class of each positive; nil for background.
    ///   - rows: the anchors that count.
    func evaluate(_ logits: Tensor, _ labels: [Int?], rows: [Int], normalizer: Double) -> Result {
      var result = Result(perPrior: Array(repeating: 0, count: logits.shape[0]), gradient: .zeros(logits.shape))
      for j in rows {
        let term = term(logits.row(j), labels[j])
        result.perPrior[j] = term.loss
        let start = j * logits.shape[1]
        for (k, slope) in term.gradient.enumerated() {
          result.gradient.elements[start + k] = Float(slope / normalizer)
        }
      }
      return result
    }

    /// The cross entropy of anchor j, without focal weights.
    func entropy(_ logits: Tensor, _ j: Int, _ label: Int?) -> Double {
      plain(logits.row(j), label).loss
    }

    /// Of anchor j: the probability of its class; of background, or of not being the likeliest class.
    func probabilityOfTruth(_ logits: Tensor, _ j: Int, _ label: Int?) -> Double {
      let row = logits.row(j)
      switch form {
      case .softmax: return SoftmaxCrossEntropy.probabilities(row)[label ?? row.count - 1]
      case .logistic:
        if let label { return Exact.sigmoid(Double(row[row.startIndex + label])) }
        return Exact.sigmoid(-Double(row.max() ?? -.infinity))
      }
    }

    /// N,K: the probability of each class, without background.
    func scores(_ logits: Tensor) -> [Double] {
      switch form {
      case .softmax:
        (0..<logits.shape[0]).flatMap { SoftmaxCrossEntropy.probabilities(logits.row($0)).dropLast() }
      case .logistic: logits.elements.map { Exact.sigmoid(Double($0)) }
      }
    }

    var scoreFormula: String {
      switch form {
      case .softmax: "score of a class = eˣ / Σ eˣ over the classes and background"
      case .logistic: "score of a class = 1 / (1 + e⁻ˣ)"
      }
    }

    // MARK: One row

    func term(_ row: ArraySlice<Float>, _ label: Int?) -> (loss: Double, gradient: [Double]) {
      guard let focus else { return plain(row, label) }
      switch form {
      case .softmax: return focus.term(plain(row, label), label: label ?? row.count - 1, isObject: label != nil)
      case .logistic:
        let loss = FocalLoss(alpha: focus.alpha, gamma: focus.gamma, clip: 0)
        return sum(row.enumerated().map { loss.term(Double($1), isPositive: $0 == label) })
      }
    }

    private func plain(_ row: ArraySlice<Float>, _ label: Int?) -> (loss: Double, gradient: [Double]) {
      switch form {
      case .softmax:
        let term = SoftmaxCrossEntropy.evaluate(row, label: label ?? row.count - 1)
        return (term.loss, term.gradient)
      case .logistic:
        return sum(row.enumerated().map { BinaryCrossEntropy.evaluate(Double($1), target: $0 == label ? 1 : 0) })
      }
    }

    private func sum(_ terms: [(loss: Double, derivative: Double)]) -> (loss: Double, gradient: [Double]) {
      (terms.reduce(0) { $0 + $1.loss }, terms.map(\.derivative))
    }
  }
}

extension SSD.ClassLoss.Focus {
  /// α for an object, 1 − α for background.
  func weight(isObject: Bool) -> Double { isObject ? alpha : 1 - alpha }

  /// Softmax cross entropy ℓ with its gradient g, turned down: L = w q^γ ℓ, where q = 1 − p is what all
  /// other places of the row have.
  ///
  /// By the truth's own logit dL = −w (γ q^γ ℓ p + q^γ+1); each other logit has its share g/q of that.
  fileprivate func term(
    _ plain: (loss: Double, gradient: [Double]), label: Int, isObject: Bool
  ) -> (loss: Double, gradient: [Double]) {
    // The gradient at the label is p − 1, and exact where p rounds to 1.
    let q = -plain.gradient[label]
    guard q > 0 else { return (0, plain.gradient.map { _ in 0 }) }
    let w = weight(isObject: isObject)
    let focal = w * Exact.power(q, gamma)
    let slope = focal * (gamma * plain.loss * Exact.exp(-plain.loss) + q)
    return (focal * plain.loss, plain.gradient.map { slope * ($0 / q) })
  }
}

extension Tensor {
  /// A row of a table.
  fileprivate func row(_ index: Int) -> ArraySlice<Float> { elements[index * shape[1]..<(index + 1) * shape[1]] }
}
