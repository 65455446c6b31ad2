package h2eal.lab.figure;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import h2eal.lab.fit.FitCheck;
import h2eal.lab.loop.ClosedLoop;
import h2eal.lab.measure.RecallDemo;

/// What `h2eal demo --json` writes: the answers, measured on this CPU, what the same reads cost simulated, and how well
/// a generator stands in for them.
///
/// @param measured the fields of the summary stand beside the others
public record DemoResult(@JsonUnwrapped RecallDemo.Summary measured, ClosedLoop simulated, FitCheck fitted) {}
