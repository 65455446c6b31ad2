/// The algorithm of H2EAL as values and pure functions. Depends on nothing and opens no files.
module h2eal.core {
    exports h2eal.attention;
    exports h2eal.hardware;
    exports h2eal.heads;
    exports h2eal.mapping;
    exports h2eal.mapping.balance;
    exports h2eal.mapping.cost;
    exports h2eal.mapping.crowding;
    exports h2eal.mapping.placement;
    exports h2eal.model;
    exports h2eal.partial;
    exports h2eal.selection;
    exports h2eal.summary;
    exports h2eal.trace;
    exports h2eal.workload;
}
