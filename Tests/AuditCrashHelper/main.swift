// A log that its tests kill, or whose disk they make fail: it says which entries it was told are durable and which sizes it
// signed. Or a witness that says which sizes it has cosigned. A child of AuditCrashTests, the fault tests, WitnessCrashTests.
import Foundation

let folder = CommandLine.arguments[1]
switch CommandLine.arguments.dropFirst(2).first {
case "witness": try await WitnessLoop(folder: URL(fileURLWithPath: folder)).run()
case "rounds": exit(try await HelperLog(folder: folder).rounds())
default: try await HelperLog(folder: folder).untilKilled()
}
