package h2eal.mapping.cost;

/// One message with partial results that its receiver combines with its own, part by part as they arrive.
///
/// @param bytes the message
/// @param combineCycles combining when both parts are there
/// @param tailCycles combining what is left when the last flit arrives
public record MergeStep(long bytes, double combineCycles, double tailCycles) {}
