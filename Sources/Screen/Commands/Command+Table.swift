import Debugger
import Expressions
import Traces

extension Command {
  /// In the order of the help.
  static let all: [Command] = looking + stopping + editing + filing

  private init(
    _ name: String, _ arguments: String, _ words: String, _ argument: Argument,
    _ run: @escaping @Sendable (Line, State) throws(PromptFault) -> [Action]
  ) {
    self.init(name: name, arguments: arguments, words: words, argument: argument, run: run)
  }

  private static let looking = [
    Command("print", "EXPRESSION", "what an expression comes to here", .expression) {
      (line, state) throws(PromptFault) in
      [.noticed(try state.value(of: line))]
    },
    Command("step", "ID", "go to a step", .step) { (line, state) throws(PromptFault) in
      guard let id = Rail.step(named: line.text, among: state.stepIDs) else {
        let meant = Nearest.name(to: line.text, among: state.stepIDs).map { "Did you mean \($0)? " } ?? ""
        throw line.fault("\(meant)The steps are \(state.stepIDs.joined(separator: ", ")).")
      }
      return [.goToStep(id)]
    },
    Command("iteration", "NUMBER", "go to an iteration, back or forth", .free) { (line, _) throws(PromptFault) in
      [.goToIteration(try line.integer(1...1_000_000, "an iteration"))]
    },
    Command("train", "ITERATIONS", "train so many iterations on", .free) { (line, _) throws(PromptFault) in
      [.train(iterations: try line.integer(1...100_000, "how many iterations to train"))]
    },
    Command("go", "PLACE", "to gt 2, P4 3,5 #4, anchor 1234, detection 0", .free) { (line, state) throws(PromptFault) in
      guard let trace = state.trace else { return [] }
      switch PlaceName.find(line.text, in: trace, from: state.selection) {
      case .success(let element): return [.select(element)]
      case .failure(let fault): throw line.fault(fault.words)
      }
    },
    Command("view", "NUMBER", "show a view of the step, 1 for the first", .free) { (line, state) throws(PromptFault) in
      let count = Scope(state)?.views.count ?? 0
      guard count > 0 else { throw line.fault("This step has no view.") }
      return [.showView(try line.integer(1...count, "a view of this step"))]
    },
    Command("filter", "EXPRESSION", "only the rows of B's list for which it holds; none shows all", .expression) {
      (line, state) throws(PromptFault) in
      [.filter(line.text.isEmpty ? nil : try state.expression(line))]
    },
    Command("mark", "LETTER", "set a mark here", .free) { (line, _) throws(PromptFault) in
      guard let letter = line.text.first, line.text.count == 1 else { throw line.fault("A mark is a letter.") }
      return [.setMark(letter)]
    },
  ]

  private static let stopping = [
    Command("break", "STEP | EXPRESSION | hazard", "stop there, going forwards or backwards", .expression) {
      (line, state) throws(PromptFault) in
      if line.text.isEmpty { return [.toggleBreakpoint] }
      if state.stepIDs.contains(line.text) { return [.add(Breakpoint(.step(line.text)))] }
      if line.text == "hazard" { return [.add(Breakpoint(.hazard(nil)))] }
      if line.text.hasPrefix("hazard ") {
        let name = String(line.text.dropFirst(7)).trimmed
        guard let kind = Hazard.Kind(rawValue: name) else {
          throw line.fault("The hazards are \(Hazard.Kind.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return [.add(Breakpoint(.hazard(kind)))]
      }
      return [.add(Breakpoint(.condition(try state.condition(line))))]
    },
    Command("watch", "EXPRESSION", "show it at every moment", .expression) { (line, state) throws(PromptFault) in
      [.watch(try state.expression(line).text)]
    },
    Command("continue", "", "on to the next breakpoint", .none) { (_, _) in [.run(.forward)] },
    Command("reverse", "", "back to the breakpoint before", .none) { (_, _) in [.run(.backward)] },
  ]

  private static let editing = [
    Command("set", "PARAMETER VALUE", "set a parameter", .parameter) { (line, _) throws(PromptFault) in
      let parts = line.text.split(maxSplits: 1) { $0 == " " || $0 == "=" }.map(String.init)
      guard parts.count == 2 else { throw line.fault("Wanted a parameter and its value: set positive_iou .45") }
      return [.edit(.set(parameter: parts[0], text: parts[1].trimmed))]
    },
    Command("box", "X1 Y1 X2 Y2", "put the selected GT there", .free) { (line, state) throws(PromptFault) in
      guard let gt = state.selection.gt else { throw PromptFault("Select a GT first.") }
      return [.edit(.box(gt: gt, try line.numbers(4, "x1 y1 x2 y2")))]
    },
    Command("predict", "NAME ROW COLUMN VALUE", "set one prediction by hand: cls_logits 1234 0 2.5", .free) {
      (line, state) throws(PromptFault) in
      let parts = line.text.split(separator: " ").map(String.init)
      guard parts.count == 4, let row = Int(parts[1]), let column = Int(parts[2]), let value = Double(parts[3]) else {
        throw line.fault("Wanted a prediction, its row and column, and a number: cls_logits 1234 0 2.5")
      }
      let shape = state.trace?["predictions.\(parts[0])"]?.shape ?? []
      guard !shape.isEmpty else { throw line.fault("There is no prediction \(parts[0]).") }
      guard (0..<shape[0]).contains(row), (0..<(shape.count > 1 ? shape[1] : 1)).contains(column) else {
        throw line.fault("\(parts[0]) has the shape \(shape.map(String.init).joined(separator: ", ")).")
      }
      return [.edit(.predict(name: parts[0], row: row, column: column, value: value))]
    },
    Command("class", "NAME", "give the selected GT another class; a new name is added", .free) {
      (line, state) throws(PromptFault) in
      guard !line.text.isEmpty else {
        throw PromptFault("The classes are \(state.scene.classes.joined(separator: ", ")).")
      }
      guard let label = state.scene.classes.firstIndex(of: line.text) else { return [.edit(.addClass(line.text))] }
      guard let gt = state.selection.gt else { throw PromptFault("Select a GT first.") }
      return [.edit(.label(gt: gt, label))]
    },
    Command("reset", "", "everything as it was opened", .none) { (_, _) in [.edit(.resetAll)] },
  ]

  private static let filing = [
    Command("write", "FILE.csv", "B's list, as it is sorted and filtered, to a file", .file) {
      (line, state) throws(PromptFault) in
      guard !line.text.isEmpty else { throw PromptFault("Wanted a file's name: write states.csv") }
      guard let text = state.listingText(asCSV: !line.text.hasSuffix(".txt")) else {
        throw PromptFault("This view has no list to write.")
      }
      return [.effect(.write(path: line.text, text: text))]
    },
    Command("save", "NAME", "the scene to NAME.yaml with NAME.png, the configuration to NAME.config.yaml", .file) {
      (line, state) throws(PromptFault) in
      guard !line.text.isEmpty, let setup = state.setup else { throw PromptFault("Wanted a name: save mine") }
      return [.effect(.save(path: line.text, setup))]
    },
    Command("record", "FILE.yaml", "what you do from here becomes a lesson's steps; once more ends it", .file) {
      (line, _) throws(PromptFault) in [.record(line.text.isEmpty ? nil : line.text)]
    },
    Command("theme", "dark | light | colorblind | mono", "other colours", .words(Appearance.themes)) {
      (line, _) throws(PromptFault) in
      guard Appearance.themes.contains(line.text) else {
        throw line.fault("The themes are \(Appearance.themes.joined(separator: ", ")).")
      }
      return [.theme(line.text)]
    },
    Command(
      "compare", "DETECTOR | PARAMETER=VALUE | ITERATION", "beside this; without a name, end comparing", .parameter
    ) {
      (line, state) throws(PromptFault) in [.compare(try state.comparand(line))]
    },
    Command("quit", "", "leave boxstep", .none) { (_, _) in [.leave] },
  ]
}

extension Command.Line {
  func integer(_ range: ClosedRange<Int>, _ wanted: String) throws(PromptFault) -> Int {
    guard let number = Int(text), range.contains(number) else {
      throw fault("Wanted \(wanted), from \(range.lowerBound) to \(range.upperBound).")
    }
    return number
  }

  func numbers(_ count: Int, _ wanted: String) throws(PromptFault) -> [Double] {
    let numbers = text.split { $0 == " " || $0 == "," }.map { Double($0) }
    let known = numbers.compactMap { $0 }.filter(\.isFinite)
    guard known.count == count, numbers.count == count else { throw fault("Wanted \(count) numbers: \(wanted).") }
    return known
  }
}
