package import Connectors
package import FlowEngine
package import Journal

/// Tells the figures and, where there is one, the tracer.
package struct HostObserver: EngineObserver, ConnectorObserver {
    private let meters: HostMeters
    private let tracer: RunTracer?

    package init(meters: HostMeters, tracer: RunTracer?) {
        self.meters = meters
        self.tracer = tracer
    }

    package func runBegan(_ run: ObservedRun) {
        meters.runBegan(run)
        tracer?.runBegan(run)
    }

    package func attemptEnded(_ attempt: ObservedAttempt, of run: ObservedRun) {
        meters.attemptEnded(attempt, of: run)
        tracer?.attemptEnded(attempt, of: run)
    }

    package func stepEnded(_ step: ObservedStep, of run: ObservedRun) {
        meters.stepEnded(step, of: run)
        tracer?.stepEnded(step, of: run)
    }

    package func runLeft(_ run: ObservedRun, _ settlement: RunSettlement?) {
        meters.runLeft(run, settlement)
        tracer?.runLeft(run, settlement)
    }

    package func operationEnded(_ operation: ObservedOperation) {
        meters.operationEnded(operation)
    }

    package func exchangeEnded(_ exchange: ObservedExchange) {
        meters.exchangeEnded(exchange)
        tracer?.exchangeEnded(exchange)
    }
}
