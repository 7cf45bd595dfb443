/// An expression whose names have been looked up and whose types fit.
struct Checked: Sendable {
  indirect enum Form: Sendable {
    case constant(Outcome)
    /// A path of the table with the name after `param.` or `loss.`, and which element; nil for all.
    case path(PathEntry, name: String, index: Checked?)
    /// A value of the trace by its own name; fewer indices than axes leave a list.
    case value(String, [Checked])
    /// A path of the table for the rows of a list.
    case rows(PathEntry, [Int])
    /// One element of a list.
    case element(Checked, Checked)
    case call(Function, [Checked])
    case negated(Checked)
    case not(Checked)
    case changes(Checked)
    case sum(Checked, [Step<Syntax.Additive>])
    case product(Checked, [Step<Syntax.Multiplicative>])
    case comparison(Checked, [Step<Syntax.Comparison>])
    case and([Checked])
    case or([Checked])
  }

  struct Step<Operator: Sendable>: Sendable {
    let sign: Operator
    let operand: Checked
  }

  let form: Form
  let type: ExpressionType
  let range: Range<Int>
}
