/// Decodes real models on this machine: GGUF in, tokens out.
module h2eal.runtime {
    requires transitive h2eal.core;
    requires jdk.incubator.vector;
    requires jdk.management;

    exports h2eal.runtime;
    exports h2eal.runtime.chat;
    exports h2eal.runtime.gguf;
    exports h2eal.runtime.text;

    uses h2eal.runtime.chat.ChatFormat;
}
