/// Experiments: specs, sweeps, results and reports.
module h2eal.lab {
    requires transitive h2eal.runtime;
    requires transitive h2eal.sim;
    requires jdk.management;
    requires com.fasterxml.jackson.annotation;
    requires com.github.mustachejava;
    requires tools.jackson.databind;
    requires tools.jackson.dataformat.yaml;

    exports h2eal.lab.cache;
    exports h2eal.lab.convert;
    exports h2eal.lab.design;
    exports h2eal.lab.eval;
    exports h2eal.lab.eval.jsonl;
    exports h2eal.lab.eval.metric;
    exports h2eal.lab.eval.score;
    exports h2eal.lab.eval.study;
    exports h2eal.lab.eval.suite;
    exports h2eal.lab.eval.task;
    exports h2eal.lab.experiment;
    exports h2eal.lab.figure;
    exports h2eal.lab.fit;
    exports h2eal.lab.loop;
    exports h2eal.lab.measure;
    exports h2eal.lab.profile;
    exports h2eal.lab.replay;
    exports h2eal.lab.report;
    exports h2eal.lab.reproduce;
    exports h2eal.lab.result;
    exports h2eal.lab.simulate;
    exports h2eal.lab.spec;
    exports h2eal.lab.speed;
    exports h2eal.lab.trace;
    exports h2eal.lab.yaml;

    opens h2eal.lab.simulate to
            tools.jackson.databind;
}
