package dev.fairlead.okhttp;

import dev.fairlead.CallOptions;
import kotlin.jvm.JvmClassMappingKt;
import kotlin.reflect.KClass;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/** What the rules want to know of a request, or to add to it. Stateless. */
final class RequestParts {
    private static final KClass<CallOptions> OPTIONS = JvmClassMappingKt.getKotlinClass(CallOptions.class);

    private RequestParts() {}

    /** The call's options, also where they were tagged without their class: nobody means nothing by that. */
    static CallOptions options(Request request) {
        CallOptions tagged = request.tag(OPTIONS);
        if (tagged != null) {
            return tagged;
        }
        return request.tag() instanceof CallOptions plain ? plain : CallOptions.NONE;
    }

    /** Whether the body can be sent more than once. */
    static boolean isBodyReplayable(Request request) {
        RequestBody body = request.body();
        return body == null || !(body.isOneShot() || body.isDuplex());
    }

    /** The request with the call's idempotency key; a header of the caller's own wins. */
    static Request withIdempotencyKey(Request request, CallOptions options, @Nullable String header) {
        if (header == null || options.idempotencyKey().isEmpty() || request.header(header) != null) {
            return request;
        }
        return request.newBuilder()
                .header(header, options.idempotencyKey().get())
                .build();
    }
}
