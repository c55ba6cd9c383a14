package dev.fairlead.benchmarks.goodput;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/** The results for programs, with what is needed to compare two of them. */
final class JsonReport {
    private JsonReport() {}

    static String of(Options options, List<Result> results) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text).useDefaultPrettyPrinter()) {
            json.writeStartObject();
            json.writeStringField(
                    "measured", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
            json.writeStringField("java", Runtime.version().toString());
            json.writeNumberField("processors", Runtime.getRuntime().availableProcessors());
            json.writeNumberField("seconds", options.length().toSeconds());
            json.writeNumberField("threads", options.threads());
            json.writeArrayFieldStart("results");
            for (Result result : results) {
                write(json, result);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return text + "\n";
    }

    private static void write(JsonGenerator json, Result result) throws IOException {
        json.writeStartObject();
        json.writeStringField("scenario", result.scenario().name());
        json.writeStringField("peer", result.peer().label);
        json.writeNumberField("successes", result.successes());
        json.writeNumberField("available", result.available());
        json.writeNumberField("goodputPercent", rounded(result.goodput()));
        json.writeNumberField("throttled", result.throttled());
        json.writeNumberField("throttledPerSuccess", rounded(result.throttledPerSuccess()));
        json.writeNumberField("surfaced", result.surfaced());
        json.writeObjectFieldStart("failures");
        for (Map.Entry<String, Long> failure : result.failures().entrySet()) {
            json.writeNumberField(failure.getKey(), failure.getValue());
        }
        json.writeEndObject();
        json.writeNumberField("p50Millis", rounded(result.p50Millis()));
        json.writeNumberField("p99Millis", rounded(result.p99Millis()));
        json.writeNumberField("longestMillis", rounded(result.longestMillis()));
        json.writeEndObject();
    }

    private static double rounded(double value) {
        return Math.round(value * 1_000) / 1_000.0;
    }
}
