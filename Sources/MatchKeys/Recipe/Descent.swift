/// Finds where a smooth function is least. Knows numbers only.

/// L-BFGS: steps down a smooth slope, each guided by how the slope changed in the last ones.
enum Descent {
    private static let memory = 8
    private static let rounds = 300

    static func minimum(
        from start: [Double],
        _ function: ([Double]) -> (value: Double, slope: [Double])
    ) -> [Double] {
        var point = start
        var (value, slope) = function(point)
        var steps: [(step: [Double], change: [Double])] = []
        for _ in 0..<rounds {
            let direction = direction(slope, steps)
            let descent = dot(direction, slope)
            guard descent < 0, dot(slope, slope) > 1e-12 else { break }
            var length = steps.isEmpty ? min(1, 1 / dot(slope, slope).squareRoot()) : 1
            var next: (point: [Double], value: Double, slope: [Double])?
            while length > 1e-12 {
                let trial = zip(point, direction).map { $0 + length * $1 }
                let (trialValue, trialSlope) = function(trial)
                if trialValue <= value + 1e-4 * length * descent {
                    next = (trial, trialValue, trialSlope)
                    break
                }
                length /= 2
            }
            guard let next else { break }
            let step = zip(next.point, point).map { $0 - $1 }
            let change = zip(next.slope, slope).map { $0 - $1 }
            if dot(step, change) > 1e-12 {
                steps.append((step, change))
                if steps.count > memory { steps.removeFirst() }
            }
            let gain = value - next.value
            (point, value, slope) = next
            if gain < 1e-9 * max(1, abs(value)) { break }
        }
        return point
    }

    private static func direction(
        _ slope: [Double],
        _ steps: [(step: [Double], change: [Double])]
    ) -> [Double] {
        var direction = slope
        var factors: [Double] = []
        for (step, change) in steps.reversed() {
            let factor = dot(step, direction) / dot(step, change)
            factors.append(factor)
            direction = zip(direction, change).map { $0 - factor * $1 }
        }
        if let (step, change) = steps.last {
            let scale = dot(step, change) / dot(change, change)
            direction = direction.map { $0 * scale }
        }
        for ((step, change), factor) in zip(steps, factors.reversed()) {
            let other = dot(change, direction) / dot(step, change)
            direction = zip(direction, step).map { $0 + (factor - other) * $1 }
        }
        return direction.map { -$0 }
    }

    private static func dot(_ left: [Double], _ right: [Double]) -> Double {
        zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
    }
}
