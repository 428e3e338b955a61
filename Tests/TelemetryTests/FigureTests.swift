import HostAPI
import Testing

@Suite struct FigureTests {
    @Test func `a duration counts in the first bucket that is as long`() {
        var histogram = Histogram()
        histogram.record(.microseconds(100))
        histogram.record(.microseconds(101))
        histogram.record(.seconds(300))
        histogram.record(.seconds(301))
        histogram.record(.seconds(-1))

        #expect(histogram.counts.first == 2)
        #expect(histogram.counts[1] == 1)
        #expect(histogram.counts.suffix(2) == [1, 1])
        #expect(histogram.count == 5)
        #expect(abs(histogram.sum - 601.000201) < 1e-9)
    }

    @Test func `a histogram is written as cumulative buckets with their sum and count`() {
        var histogram = Histogram()
        histogram.record(.microseconds(50))
        histogram.record(.milliseconds(2))

        let text = PrometheusText.write([
            HostFigure("a_seconds", "Times.", labels: ["kind": "x"], histogram: histogram)
        ])

        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines.prefix(2) == ["# HELP a_seconds Times.", "# TYPE a_seconds histogram"])
        #expect(lines.contains(#"a_seconds_bucket{kind="x",le="0.0001"} 1"#))
        #expect(lines.contains(#"a_seconds_bucket{kind="x",le="0.001"} 1"#))
        #expect(lines.contains(#"a_seconds_bucket{kind="x",le="0.0025"} 2"#))
        #expect(lines.contains(#"a_seconds_bucket{kind="x",le="+Inf"} 2"#))
        #expect(lines.contains(#"a_seconds_sum{kind="x"} 0.00205"#))
        #expect(lines.last == #"a_seconds_count{kind="x"} 2"#)
    }

    @Test func `series of one name stand together under one description`() {
        let text = PrometheusText.write([
            HostFigure("b_total", "B.", .counter, labels: ["n": "1"], value: 1),
            HostFigure("c", "C.", .gauge, value: 0.5),
            HostFigure("b_total", "B.", .counter, labels: ["n": "2"], value: 2),
        ])

        #expect(
            text == """
                # HELP b_total B.
                # TYPE b_total counter
                b_total{n="1"} 1
                b_total{n="2"} 2
                # HELP c C.
                # TYPE c gauge
                c 0.5

                """)
    }

    @Test func `quotes, backslashes and line ends of a label are escaped`() {
        let text = PrometheusText.write([
            HostFigure("a", "x\\y\nz", .gauge, labels: ["l": "q\"b\\n\nr\r\ns"], value: 1)
        ])

        #expect(text.contains(#"# HELP a x\\y\nz"# + "\n"))
        #expect(text.contains(#"a{l="q\"b\\n\nr\ns"} 1"#))
        #expect(text.split(separator: "\n").count == 3)
    }

    @Test func `labels beyond a bound count together`() {
        let counters = Counters<String>(limit: 2, rest: otherLabel)
        for key in ["a", "b", "c", "d", "a"] { counters.add(key) }
        let histograms = Histograms<String>(limit: 1, rest: otherLabel)
        for key in ["a", "b", "c"] { histograms.record(.seconds(1), as: key) }

        #expect(counters.all == ["a": 2, "b": 1, otherLabel: 2])
        #expect(histograms.all.mapValues(\.count) == ["a": 1, otherLabel: 2])
    }
}
