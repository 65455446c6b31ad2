/// Chat templates of models.
module h2eal.chat {
    requires transitive h2eal.runtime;
    requires jinjava;
    requires java.desktop;

    exports h2eal.chat;

    provides h2eal.runtime.chat.ChatFormat with
            h2eal.chat.JinjaChatFormat;

    // raise_exception of the templates is called reflectively
    opens h2eal.chat to
            jinjava;
}
