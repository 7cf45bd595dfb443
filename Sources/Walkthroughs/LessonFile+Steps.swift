import Expressions
import Scenes

extension LessonStep {
  private static let keys = [
    "id", "chapter", "scene", "detector", "parameters", "goto", "do", "select", "show", "highlight", "say",
    "source", "ask", "try", "expect",
  ]

  /// - Parameter setting: what the debugger was opened with last.
  init(_ value: YAMLValue, after setting: LessonSetting) throws(Fault) {
    let fields = LessonFields(
      try value.fields(Self.keys, wanted: "a step: a mapping of \(Self.keys.joined(separator: ", "))"), of: value)
    let id = try fields.required("id", wanted: "the step's id, which stays the same when the lesson is edited")
    self.id = try id.text(wanted: "a step's id")
    place = id.place
    chapter = try fields["chapter"]?.text(wanted: "the name of the chapter that begins here")
    self.setting = try LessonSetting(fields, after: setting)
    destination = try fields["goto"].map { (value) throws(Fault) in
      Located(try value.text(wanted: "a step of the iteration"), at: value.place)
    }
    commands = try fields.texts("do", wanted: "a command, as it is typed behind : in the debugger")
    selection = try fields["select"].map { (value) throws(Fault) in
      Located(
        try value.text(wanted: "a place: gt 2, anchor 1234, detection 0, or in quotes \"P4 3,5 #4\""), at: value.place)
    }
    view = try fields["show"].map { (value) throws(Fault) in
      Located(try value.integer(in: 1...9, wanted: "which of the step's views, 1 for the first"), at: value.place)
    }
    highlights = try fields.texts("highlight", wanted: "a part of the screen").map { (name) throws(Fault) in
      guard let part = Highlight(rawValue: name.value) else {
        throw Fault(
          .unknown(kind: "part", name: name.value, known: Highlight.allCases.map(\.rawValue)), at: name.place)
      }
      return part
    }
    prose = try fields.prose("say", wanted: "what is said")
    source = try fields["source"]?.text(wanted: "the paper or issue this is from")
    ask = try fields["ask"].map { (value) throws(Fault) in try Ask(value) }
    attempt = try fields["try"].map { (value) throws(Fault) in try Attempt(value) }
    expectations = try fields["expect"].map { (value) throws(Fault) in try Expectation.list(value) } ?? []
    if ask != nil, attempt != nil {
      throw Fault(.mismatch(found: "ask and try in one step", wanted: "one of them in a step"), at: place)
    }
    if prose == nil, ask == nil, attempt == nil { throw value.missing("say", wanted: "say, ask or try") }
  }
}

extension Ask {
  private static let keys = ["question", "choices", "answer", "tolerance", "hint", "why"]

  init(_ value: YAMLValue) throws(Fault) {
    let fields = LessonFields(
      try value.fields(Self.keys, wanted: "a question: a mapping of \(Self.keys.joined(separator: ", "))"), of: value)
    question = try Prose(fields.required("question", wanted: "the question"), wanted: "the question")
    why = try Prose(fields.required("why", wanted: "why the answer is right"), wanted: "why the answer is right")
    hint = try fields.prose("hint", wanted: "a hint")
    place = value.place
    switch (fields["choices"], fields["answer"]) {
    case (let choices?, nil): answer = try Self.choices(choices)
    case (nil, let answer?):
      let tolerance = try fields["tolerance"]?.number() ?? 0
      guard tolerance >= 0 else {
        throw fields["tolerance"]?.mismatch(wanted: "0 or more") ?? value.mismatch(wanted: "a tolerance")
      }
      self.answer = .number(
        try LessonFields.expression(answer, wanted: "an expression that is the answer"), tolerance: tolerance)
    case (nil, nil): throw value.missing("choices", wanted: "choices with their conditions, or an answer")
    case (_?, _?):
      throw Fault(
        .mismatch(found: "choices and an answer", wanted: "one of them: an answer is for a number"), at: value.place)
    }
  }

  private static func choices(_ value: YAMLValue) throws(Fault) -> Answer {
    let entries = try value.entries(wanted: "a mapping of choices and the conditions under which they are right")
    guard (2...6).contains(entries.count) else { throw value.mismatch(wanted: "2 to 6 choices") }
    var choices: [(text: String, condition: Located<Expression>)] = []
    for entry in entries {
      let condition = try LessonFields.expression(entry.value, wanted: "the condition under which this is right")
      choices.append((entry.key, condition))
    }
    return .choices(choices)
  }
}

extension Attempt {
  private static let keys = ["goal", "until", "hint", "solution"]

  init(_ value: YAMLValue) throws(Fault) {
    let fields = LessonFields(
      try value.fields(Self.keys, wanted: "a try: a mapping of \(Self.keys.joined(separator: ", "))"), of: value)
    goal = try Prose(fields.required("goal", wanted: "what to make true"), wanted: "what to make true")
    condition = try fields.expression("until", wanted: "the condition to be made true")
    hint = try fields.prose("hint", wanted: "a hint")
    solution = try fields.texts("solution", wanted: "commands that make it true")
    place = value.place
    guard !solution.isEmpty else { throw value.missing("solution", wanted: "one way to do it, in commands") }
  }
}

extension Expectation {
  static func list(_ value: YAMLValue) throws(Fault) -> [Expectation] {
    let wanted = "a condition, or a mapping of value, is and within"
    guard case .list = value.content else { return [try Expectation(value, wanted)] }
    var all: [Expectation] = []
    for item in try value.items(limit: 50, wanted: wanted) { all.append(try Expectation(item, wanted)) }
    return all
  }

  private init(_ value: YAMLValue, _ wanted: String) throws(Fault) {
    guard case .mapping = value.content else {
      expression = try LessonFields.expression(value, wanted: wanted)
      kind = .holds
      return
    }
    let fields = LessonFields(try value.fields(["value", "is", "within"], wanted: wanted), of: value)
    expression = try fields.expression("value", wanted: "an expression")
    let tolerance = try fields["within"]?.number() ?? 0
    guard tolerance >= 0 else { throw value.mismatch(wanted: "a tolerance of 0 or more") }
    kind = .number(try fields.required("is", wanted: "the number it is").number(), tolerance: tolerance)
  }
}
