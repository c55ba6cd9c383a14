package dev.fairlead.openai;

import dev.fairlead.HealthRequest;
import dev.fairlead.Provider;
import dev.fairlead.RequestHead;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * OpenAI's API: {@code Fairlead.builder().provider(OpenAiProvider.create())}.
 *
 * <ul>
 *   <li>Limits hold for an organization's project and a model. The model stands in the request's body, so that the quotas
 *       are those of the endpoints, such as {@code chat}: two models of one endpoint wait for each other.
 *   <li>Of its two limits the bucket follows the one of requests. That of tokens is met by a throttle, which says how long
 *       to wait.
 *   <li>A {@code 429} may mean that the credit is used up, which no wait brings back.
 *   <li>OpenAI documents no idempotency keys: a POST whose outcome is unknown is not repeated. Where it costs no more than
 *       tokens, say {@link dev.fairlead.CallOptions#withReplaySafe()}.
 * </ul>
 *
 * <p>Facts are from platform.openai.com/docs and OpenAI's own libraries, checked 2026-11; each constant names its source.
 */
public final class OpenAiProvider {
    static final String NAME = "openai";

    /** A day's quota comes back one by one, 200 of them every 7m12s; an hour is longer than anything seen. */
    private static final Duration MAX_PAUSE = Duration.ofHours(1);

    /** The first segment behind {@code /v1} (platform.openai.com/docs/api-reference, checked 2026-11). */
    private static final Map<String, List<String>> QUOTAS = Stream.of(
                    "audio batches chat completions embeddings files fine_tuning images moderations realtime responses videos"
                            .split(" "))
            .collect(Collectors.toUnmodifiableMap(name -> name, List::of));

    /** A quota must stand for every request, or what one endpoint says would be taken for all that the key does. */
    private static final List<String> OTHER = List.of("other");

    private OpenAiProvider() {}

    /** OpenAI with all that is known of it. Immutable and thread-safe, like every {@link Provider}. */
    public static Provider create() {
        return Provider.builder(NAME)
                // The second are the regions' (platform.openai.com/docs/guides/your-data, checked 2026-11).
                .hosts("api.openai.com", "*.api.openai.com")
                .quotas(OpenAiProvider::quotas)
                .credential(OpenAiProvider::credential)
                .rateLimit(new OpenAiRateLimit())
                .errors(new OpenAiErrors())
                .idempotencyHeader(null)
                .requestIdHeaders("x-request-id")
                // With what masks them: an answer repeats a wrong key's beginning and end (its 401).
                .credentialFormats("\\bsk-[A-Za-z0-9_*-]{8,512}+")
                .maxPause(MAX_PAUSE)
                .healthRequest(HealthRequest.get("/v1/models"))
                .statusPage("https://status.openai.com")
                .build();
    }

    private static List<String> quotas(RequestHead request) {
        List<String> path = request.pathSegments();
        return path.size() < 2 ? OTHER : QUOTAS.getOrDefault(path.get(1), OTHER);
    }

    /** A key of a user may be used for several (platform.openai.com/docs/api-reference/authentication, checked 2026-11). */
    private static @Nullable String credential(RequestHead request) {
        String key = request.header("Authorization");
        String organization = request.header("OpenAI-Organization");
        String project = request.header("OpenAI-Project");
        return key == null || (organization == null && project == null)
                ? key
                : key + "/" + organization + "/" + project;
    }
}
