package h2eal.sim.report;

/// How busy the units of the accelerator were.
///
/// @param banks share of the time a bank's interface moves bytes
/// @param tiles share of the time a tile streams or computes
/// @param links share of the time a link between two routers carries flits
public record Utilisation(UnitUse banks, UnitUse tiles, UnitUse links) {}
