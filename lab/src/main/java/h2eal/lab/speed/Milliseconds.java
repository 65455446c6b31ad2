package h2eal.lab.speed;

/// Times of equal pieces of work.
///
/// @param median median time
/// @param least shortest time
/// @param cpu median of the processor time of the thread that asked; with one thread, what the work takes on a machine
///     that has nothing else to do, whatever else it does
public record Milliseconds(double median, double least, double cpu) {}
