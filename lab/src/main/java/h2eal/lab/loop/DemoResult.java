package h2eal.lab.loop;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import h2eal.lab.measure.RecallDemo;

/// What `h2eal demo --json` writes: the answers, measured on this CPU, and what the same reads cost simulated.
///
/// @param measured the fields of the summary stand beside `simulated`
public record DemoResult(@JsonUnwrapped RecallDemo.Summary measured, ClosedLoop simulated) {}
