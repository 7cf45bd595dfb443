extension Trace {
  /// The indices of the largest numbers, the largest first, the lowest index first among equals. What is
  /// not a number is left out.
  package static func largest(_ count: Int, of numbers: [Double]) -> [Int] {
    var kept: [Int] = []
    guard count > 0 else { return kept }
    // Inserting one by one is quick while few are kept.
    if count > 500 {
      let order = numbers.indices.filter { !numbers[$0].isNaN }.sorted {
        numbers[$0] > numbers[$1] || numbers[$0] == numbers[$1] && $0 < $1
      }
      return Array(order.prefix(count))
    }
    for (index, number) in numbers.enumerated() where !number.isNaN {
      if kept.count == count, let last = kept.last, numbers[last] >= number { continue }
      var place = kept.count
      while place > 0 && numbers[kept[place - 1]] < number { place -= 1 }
      kept.insert(index, at: place)
      if kept.count > count { kept.removeLast() }
    }
    return kept
  }
}
