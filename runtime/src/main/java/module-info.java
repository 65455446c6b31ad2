/// Decodes real models on this machine: GGUF in, tokens out.
module h2eal.runtime {
    requires transitive h2eal.core;
    requires jdk.incubator.vector;
}
