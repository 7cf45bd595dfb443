import Detectors
import Traces

/// The debugger's "why": answers that stand beside the rules, found by what one points at.
package enum Why {
  /// Why an element of a trace is what it is; nil when the trace has no such element.
  package static func explain(_ element: Element, in trace: Trace) -> Explanation? {
    Detectors.explain(element, in: trace)
  }
}
