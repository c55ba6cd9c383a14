package dev.fairlead;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.fairlead.testkit.ManualTicker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** One answer of a provider as it was recorded or documented, with what its collector thought of it. */
record ProviderCase(String file, JsonNode json, Provider provider) {
    /** Webhooks are another matter than outbound calls. */
    private static final Set<String> OTHER_KINDS = Set.of("webhook", "signature-vector");

    /** What a call through the rules makes of the answer. */
    record Judgement(ApiError error, RateLimit limit, String requestId, List<ApiNotice> notices, CallReport report) {}

    /** The cases of one provider, in the order of their files. */
    static List<ProviderCase> read(Path folder, Provider provider) throws IOException {
        JsonMapper mapper = JsonMapper.builder().build();
        List<ProviderCase> cases = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".json"))
                    .sorted()
                    .toList()) {
                JsonNode json = mapper.readTree(file.toFile());
                if (!OTHER_KINDS.contains(json.path("kind").asText())) {
                    cases.add(new ProviderCase(file.getFileName().toString(), json, provider));
                }
            }
        }
        return cases;
    }

    JsonNode annotation() {
        return json.path("annotation");
    }

    Judgement judge() {
        List<ApiNotice> notices = new ArrayList<>();
        AskedHead request = request();
        AnswerHead head = head();
        ErrorBody body = body();
        Fairlead fairlead = Fairlead.builder()
                .provider(provider.host(request.host()))
                .ticker(new ManualTicker())
                .listener(new CallListener() {
                    @Override
                    public void noticeReceived(ApiNotice notice) {
                        notices.add(notice);
                    }
                })
                .build();
        try (Execution call =
                fairlead.begin(request, CallOptions.NONE, 0, Fairlead.NO_CLIENT_TIMEOUT, null, () -> {})) {
            call.next();
            call.onWireRequest();
            call.onWireAnswer(head.status());
            call.onAnswer(head, call.peekBytes(head) == 0 ? ErrorBody.NONE : body, AnswerSource.PROVIDER);
            return new Judgement(
                    call.error(),
                    provider.rateLimit().parse(head, body),
                    provider.requestId(head).orElse(null),
                    notices,
                    call.report());
        }
    }

    private AskedHead request() {
        JsonNode request = json.path("request");
        String url = request.path("path").asText("/");
        boolean absolute = url.startsWith("https://");
        String host = absolute ? url.substring(8, url.indexOf('/', 8)) : ownHost();
        String path = absolute ? url.substring(8 + host.length()) : url;
        int query = path.indexOf('?');
        AskedHead asked =
                new AskedHead(request.path("method").asText("GET"), host, query < 0 ? path : path.substring(0, query));
        for (Map.Entry<String, JsonNode> header : request.path("headers").properties()) {
            asked = asked.with(header.getKey(), header.getValue().asText());
        }
        return asked;
    }

    private String ownHost() {
        return provider.hosts().isEmpty()
                ? "api.example.com"
                : provider.hosts().get(0).replace("*", "acme");
    }

    AnswerHead head() {
        AnswerHead head = AnswerHead.of(json.path("status").asInt());
        if (json.has("receivedAt")) {
            head = head.receivedAt(json.path("receivedAt").asLong() * 1000);
        }
        for (Map.Entry<String, JsonNode> header : json.path("headers").properties()) {
            Iterable<JsonNode> values = header.getValue().isArray() ? header.getValue() : List.of(header.getValue());
            for (JsonNode value : values) {
                head = head.with(header.getKey(), value.asText());
            }
        }
        return head;
    }

    private ErrorBody body() {
        String text = json.has("body")
                ? json.path("body").toString()
                : json.path("bodyText").asText("");
        return ErrorBody.of(text.getBytes(UTF_8), false);
    }

    /** Such as {@code stripe/402-card-declined}. */
    @Override
    public String toString() {
        return provider.name() + "/" + file.replace(".json", "");
    }
}
