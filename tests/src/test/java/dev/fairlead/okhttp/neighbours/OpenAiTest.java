package dev.fairlead.okhttp.neighbours;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIIoException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.fairlead.DeadlineExceededException;
import dev.fairlead.OutcomeUnknownException;
import dev.fairlead.Provider;
import dev.fairlead.ResilienceException;
import dev.fairlead.testkit.ManualTicker;
import dev.fairlead.testkit.StubAnswer;
import java.time.Duration;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** openai-java makes a client of its own at each call, by {@code newBuilder()} and with an interceptor of its own. */
class OpenAiTest {
    private static final String COMPLETIONS = "/v1/chat/completions";
    private static final StubAnswer COMPLETED = StubAnswer.json(200, """
            {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt-4.1","choices":[{"index":0,
            "finish_reason":"stop","message":{"role":"assistant","content":"Hello"}}]}""");

    private enum Style {
        BLOCKING {
            @Override
            ChatCompletion complete(OpenAIClient api) {
                return api.chat().completions().create(PROMPT);
            }
        },
        ASYNC {
            @Override
            ChatCompletion complete(OpenAIClient api) throws Exception {
                return Fixture.await(api.async().chat().completions().create(PROMPT));
            }
        };

        private static final ChatCompletionCreateParams PROMPT = ChatCompletionCreateParams.builder()
                .model("gpt-4.1")
                .addUserMessage("Hi")
                .build();

        abstract ChatCompletion complete(OpenAIClient api) throws Exception;
    }

    @AutoClose
    private final Fixture openAi =
            new Fixture(Provider.builder("openai").hosts("api.openai.com").build(), new ManualTicker().autoAdvance());

    private static OpenAIClient api(OkHttpClient client) {
        return OpenAIOkHttpClient.builder()
                .okHttpClient(client)
                .maxRetries(0)
                .apiKey("not a key")
                .build();
    }

    @ParameterizedTest
    @EnumSource(Style.class)
    void aSecondAttemptGivesTheObject(Style style) throws Exception {
        openAi.stub.when("POST", COMPLETIONS).respond(StubAnswer.status(429).header("Retry-After", "2"), COMPLETED);

        ChatCompletion completion = style.complete(api(openAi.client()));

        assertThat(completion.choices().get(0).message().content()).contains("Hello");
        assertThat(openAi.stub.requests())
                .as("the second is no retry of the SDK's")
                .hasSize(2)
                .allSatisfy(request -> assertThat(request.headers().get("X-Stainless-Retry-Count"))
                        .isEqualTo("0"));
        assertThat(openAi.reports).singleElement().satisfies(report -> {
            assertThat(report.wireRequests()).isEqualTo(2);
            assertThat(report.waited()).isGreaterThanOrEqualTo(Duration.ofSeconds(2));
        });
    }

    @ParameterizedTest
    @EnumSource(Style.class)
    void ourExceptionIsTheCauseOfTheSdksOwn(Style style) {
        openAi.stub.when("POST", COMPLETIONS).respond(StubAnswer.disconnectBeforeAnswer());

        Throwable thrown = catchThrowable(() -> style.complete(api(openAi.client())));

        assertThat(thrown).isInstanceOf(OpenAIIoException.class).hasCauseInstanceOf(OutcomeUnknownException.class);
        assertThat(ResilienceException.findIn(thrown)).containsInstanceOf(OutcomeUnknownException.class);
        assertThat(openAi.stub.requestCount()).isEqualTo(1);
    }

    /** Not by the asynchronous one, which makes its calls on the common pool's threads. */
    @Test
    void theCallersDeadlineIsInheritedByTheBlockingClient() {
        Throwable thrown = openAi.failureAfterTheDeadline(() -> Style.BLOCKING.complete(api(openAi.client())));

        assertThat(ResilienceException.findIn(thrown)).containsInstanceOf(DeadlineExceededException.class);
        assertThat(openAi.stub.requestCount()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Style.class)
    void anHttpErrorStaysTheSdksOwn(Style style) {
        openAi.stub
                .when("POST", COMPLETIONS)
                .respond(StubAnswer.json(
                        404, "{\"error\":{\"message\":\"no such model\",\"code\":\"model_not_found\"}}"));

        Throwable thrown = catchThrowable(() -> style.complete(api(openAi.client())));

        assertThat(thrown).isInstanceOf(NotFoundException.class).hasMessageContaining("no such model");
        assertThat(ResilienceException.findIn(thrown)).isEmpty();
        assertThat(openAi.stub.requestCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Style.class)
    void anInterceptorAddedToTheWrappedClientActsOnEveryAttempt(Style style) throws Exception {
        openAi.stub.when("POST", COMPLETIONS).respond(StubAnswer.status(429).header("Retry-After", "2"), COMPLETED);

        style.complete(api(Fixture.withLateHeader(openAi.client())));

        assertThat(openAi.lateHeaders()).containsExactly("late", "late");
    }
}
