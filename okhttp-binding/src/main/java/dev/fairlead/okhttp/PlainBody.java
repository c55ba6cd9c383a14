package dev.fairlead.okhttp;

import java.io.EOFException;
import java.io.IOException;
import okhttp3.Response;
import okio.Buffer;
import okio.GzipSource;

/**
 * The beginning of a body as text can be read from it. OkHttp decompresses only what it asked for itself: who sends an
 * {@code Accept-Encoding} of his own, as github-api does, is given the body as it came. Immutable.
 *
 * @param bytes the beginning
 * @param isCut whether there may be more
 */
@SuppressWarnings("ArrayRecordComponent") // Read once and handed on.
record PlainBody(byte[] bytes, boolean isCut) {
    /**
     * Decompresses, where that is needed.
     *
     * @param begun the beginning of the body as it is
     * @param isCut whether there may be more of it
     * @param atMost bytes, as a few bytes can become very many
     */
    static PlainBody of(Response head, byte[] begun, boolean isCut, int atMost) throws IOException {
        if (!"gzip".equalsIgnoreCase(head.header("Content-Encoding"))) {
            return new PlainBody(begun, isCut);
        }
        Buffer plain = new Buffer();
        boolean more = isCut;
        try (GzipSource gzip = new GzipSource(new Buffer().write(begun))) {
            long read = 0;
            while (read != -1 && plain.size() < atMost) {
                read = gzip.read(plain, atMost - plain.size());
            }
            more |= read != -1;
        } catch (EOFException endOfWhatIsHere) {
            more = true;
        }
        return new PlainBody(plain.readByteArray(), more);
    }
}
