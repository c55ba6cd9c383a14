/** Fairlead for OkHttp. */
module dev.fairlead.okhttp {
    requires transitive dev.fairlead;
    requires transitive okhttp3;
    requires static transitive org.jspecify;
    requires kotlin.stdlib;
    requires okio;
    requires org.slf4j;

    exports dev.fairlead.okhttp;
}
