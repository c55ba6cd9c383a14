package dev.fairlead.okhttp;

import dev.fairlead.DeadlineContext;
import kotlin.jvm.JvmClassMappingKt;
import kotlin.reflect.KClass;
import okhttp3.Call;
import okhttp3.EventListener;
import org.jspecify.annotations.Nullable;

/**
 * Carries the caller's deadline from {@code newCall}, which runs on the caller's thread, to the interceptor, which for
 * {@code enqueue} does not. Costs nothing where the caller has none. Thread-safe.
 */
final class InheritedDeadline extends EventListener {
    private static final KClass<InheritedDeadline> TAG = JvmClassMappingKt.getKotlinClass(InheritedDeadline.class);

    private final DeadlineContext context;

    private InheritedDeadline(DeadlineContext context) {
        this.context = context;
    }

    /** The deadline of whoever made the call, or of this thread, or null. */
    static @Nullable DeadlineContext of(Call call) {
        InheritedDeadline inherited = call.tag(TAG);
        return inherited != null ? inherited.context : DeadlineContext.current();
    }

    @Override
    public void callStart(Call call) {
        // Not in the factory: there the call is half made, and its tags throw (tried on 5.5.1).
        call.tag(TAG, () -> this);
    }

    /** Adds itself to the client's own listener only for calls that inherit a deadline. */
    static final class Factory implements EventListener.Factory {
        private final EventListener.Factory own;

        Factory(EventListener.Factory own) {
            this.own = own;
        }

        @Override
        public EventListener create(Call call) {
            EventListener listener = own.create(call);
            DeadlineContext context = DeadlineContext.current();
            return context == null ? listener : listener.plus(new InheritedDeadline(context));
        }
    }
}
