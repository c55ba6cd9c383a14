package dev.fairlead.examples.badhour;

import dev.fairlead.CallOptions;
import java.io.IOException;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * The application: a small service that keeps a copy of a project's issues and releases. Plain OkHttp against the real
 * address; that its client is a wrapped one, it cannot tell. All it may say to the rules is a tag with {@link CallOptions}.
 * Immutable and thread-safe.
 */
final class IssueMirror {
    /** What the service keeps of an answer. */
    record Answer(int status, String text) {}

    private static final MediaType JSON = MediaType.get("application/json");

    private final OkHttpClient client;
    private final HttpUrl api;
    private final String token;
    private final CallOptions options;

    IssueMirror(OkHttpClient client, HttpUrl api, String token, CallOptions options) {
        this.client = client;
        this.api = api;
        this.token = token;
        this.options = options;
    }

    Answer issues(String project) throws IOException {
        return send(get("repos/" + project + "/issues"));
    }

    Answer latestRelease(String project) throws IOException {
        return send(get("repos/" + project + "/releases/latest"));
    }

    Answer search(String words) throws IOException {
        return send(get("search/issues?q=" + words));
    }

    Answer openIssue(String project, String title) throws IOException {
        RequestBody issue = RequestBody.create("{\"title\":\"" + title + "\"}", JSON);
        return send(request("repos/" + project + "/issues").post(issue).build());
    }

    /** A release's file; the caller reads the answer's body, and closes it. */
    Response download(String project, int file) throws IOException {
        return client.newCall(get("repos/" + project + "/releases/assets/" + file))
                .execute();
    }

    private Answer send(Request request) throws IOException {
        try (Response response = client.newCall(request).execute()) {
            return new Answer(response.code(), response.body().string());
        }
    }

    private Request get(String pathAndQuery) {
        return request(pathAndQuery).build();
    }

    private Request.Builder request(String pathAndQuery) {
        return new Request.Builder()
                .url(api + pathAndQuery)
                .header("Authorization", "Bearer " + token)
                .header("Accept", "application/vnd.github+json")
                .tag(CallOptions.class, options);
    }
}
