package dev.fairlead.examples.badhour;

import static dev.fairlead.examples.badhour.Hour.PROJECT;
import static dev.fairlead.examples.badhour.Hour.at;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import okhttp3.Cache;

/** OkHttp's cache below the rules. */
final class NothingNew implements Chapter {
    @Override
    public Duration begins() {
        return at(58, 0);
    }

    @Override
    public String title() {
        return "Nothing new, free of charge";
    }

    @Override
    public String story() {
        return "With a Cache on the client, OkHttp asks with the ETag whether a release is still the latest. GitHub's 304 costs"
                + " no quota; the caller gets the stored 200, and the report still names both requests.";
    }

    @Override
    public void play(Hour hour) throws IOException {
        Path folder = Files.createTempDirectory("bad-hour");
        try (Cache cache = new Cache(folder.toFile(), 1024 * 1024)) {
            play(hour, cache);
            cache.delete();
        } finally {
            Files.deleteIfExists(folder);
        }
    }

    private static void play(Hour hour, Cache cache) {
        int before = hour.github().core().remaining();
        IssueMirror service = hour.cachedBy(cache);
        LoggedCall first = hour.call(() -> service.latestRelease(PROJECT));
        LoggedCall second = hour.call(() -> service.latestRelease(PROJECT));

        hour.expect(
                first.gotStatus(200) && second.gotStatus(200) && cache.hitCount() == 1,
                "the second answer came from the cache, after GitHub's 304");
        hour.expect(first.sent() == 1 && second.sent() == 1, "each call sent one request");
        hour.expect(before - hour.github().core().remaining() == 1, "they cost one request of the quota");
    }
}
