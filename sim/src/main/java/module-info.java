/// The hybrid-bonded accelerator, cycle by cycle, with energy.
module h2eal.sim {
    requires transitive h2eal.core;

    exports h2eal.sim;
    exports h2eal.sim.dram;
    exports h2eal.sim.energy;
    exports h2eal.sim.deployment;
    exports h2eal.sim.report;
    exports h2eal.sim.timeline;
}
