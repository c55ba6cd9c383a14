package dev.fairlead.okhttp;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.Request;
import okhttp3.Response;

/** Keeps the names of some of a call's events. */
final class EventLog extends EventListener {
    private final List<String> events = new CopyOnWriteArrayList<>();

    List<String> all() {
        return events;
    }

    List<String> of(String name) {
        return events.stream().filter(name::equals).toList();
    }

    @Override
    public void callStart(Call call) {
        events.add("callStart");
    }

    @Override
    public void requestHeadersEnd(Call call, Request request) {
        events.add("request");
    }

    @Override
    public void responseHeadersEnd(Call call, Response response) {
        events.add("answer");
    }

    @Override
    public void callEnd(Call call) {
        events.add("callEnd");
    }

    @Override
    public void callFailed(Call call, IOException failure) {
        events.add("callFailed");
    }

    @Override
    public void canceled(Call call) {
        events.add("canceled");
    }
}
