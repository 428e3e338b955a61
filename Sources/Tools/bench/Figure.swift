internal import JSONValue

/// What was measured of one case; what does not apply is nil.
struct Figure {
    /// Words with dots between them, from the general to the special: `json.parse.records.1KB`.
    let name: String
    /// Of p50, p95, p99 and the floor.
    let unit: String
    var p50: Double?
    var p95: Double?
    var p99: Double?
    /// Things a second; the case says of what, in JSON's cases MB.
    var rate: Double?
    /// The median of the least that this must cost, measured beside it.
    var floorP50: Double?
    /// p50 over the floor's.
    var ratio: Double?
    var count: Int?
    /// What only this case has, by the names of `results.json`.
    var more: [(name: String, value: Double?)] = []

    init(name: String, unit: String, rate: Double? = nil, count: Int? = nil) {
        self.name = name
        self.unit = unit
        self.rate = rate
        self.count = count
    }

    /// From times of single calls, in microseconds.
    init(name: String, times: [Duration], floor: [Duration]? = nil, rate: Double? = nil) {
        self.init(name: name, unit: "us", rate: rate, count: times.count)
        let sorted = times.sorted()
        p50 = sorted.percentile(50)
        p95 = sorted.percentile(95)
        p99 = sorted.percentile(99)
        if let floor {
            floorP50 = floor.sorted().percentile(50)
            if let p50, let floorP50, floorP50 > 0 { ratio = p50 / floorP50 }
        }
    }

    /// From figures of any unit, as they are.
    init(name: String, unit: String, values: [Double]) {
        self.init(name: name, unit: unit, count: values.count)
        let sorted = values.sorted()
        p50 = sorted.percentile(50)
        p95 = sorted.percentile(95)
        p99 = sorted.percentile(99)
    }

    /// By the names that thresholds and `results.json` use.
    var measures: [(name: String, value: Double?)] {
        [
            ("p50", p50), ("p95", p95), ("p99", p99), ("rate", rate), ("floor_p50", floorP50),
            ("ratio", ratio), ("n", count.map(Double.init)),
        ] + more
    }

    var json: JSON {
        var object = JSONObject()
        object["case"] = .string(name)
        object["unit"] = .string(unit)
        for (measure, value) in measures {
            guard let value else { continue }
            object[measure] = JSONFigure.rounded(value)
        }
        return .object(object)
    }
}

enum JSONFigure {
    /// Three decimals, and no fraction where there is none: figures are not more exact than that.
    static func rounded(_ value: Double) -> JSON? {
        let rounded = (value * 1_000).rounded() / 1_000
        if let whole = JSON.double(rounded).integerValue { return .integer(whole) }
        return JSON(finite: rounded)
    }
}

extension [Duration] {
    /// The nearest-rank percentile in microseconds; of a sorted array.
    func percentile(_ percent: Int) -> Double? {
        map { $0 / .microseconds(1) }.percentile(percent)
    }
}

extension [Double] {
    /// The nearest-rank percentile; of a sorted array.
    func percentile(_ percent: Int) -> Double? {
        guard !isEmpty else { return nil }
        let rank = (count * percent + 99) / 100
        return self[Swift.max(rank, 1) - 1]
    }
}

/// Takes the time of `body` again and again: at least `atLeast` times, and for `duration`.
func sample(
    atLeast: Int = 30, for duration: Duration = .milliseconds(400), _ body: () throws -> Void
) rethrows -> [Duration] {
    let clock = ContinuousClock()
    // Not counted: caches, allocator and branch predictor settle.
    for _ in 0..<3 { try body() }
    var times: [Duration] = []
    let end = clock.now + duration
    while times.count < atLeast || clock.now < end {
        let start = clock.now
        try body()
        times.append(clock.now - start)
    }
    return times
}
