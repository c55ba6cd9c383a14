package dev.fairlead;

import java.security.SecureRandom;
import java.util.List;

/**
 * A keyed hash of a credential (SipHash-1-3 with 128 bits of output, Aumasson and Bernstein 2012, over UTF-16 code
 * units), so that keys can be told apart without keeping what they were made of. The key is drawn anew in each process.
 * Reads the characters in place: no string, no bytes. Thread-safe.
 */
final class CredentialHash {
    private final long k0;
    private final long k1;

    CredentialHash(long k0, long k1) {
        this.k0 = k0;
        this.k1 = k1;
    }

    static CredentialHash create() {
        SecureRandom random = new SecureRandom();
        return new CredentialHash(random.nextLong(), random.nextLong());
    }

    /** Finds the route of a credential. The hash lives only in here, as two numbers, so that no object carries it. */
    Route route(RouteTable table, String credential, List<String> quotas) {
        long v0 = 0x736f6d6570736575L ^ k0;
        long v1 = 0x646f72616e646f6dL ^ k1 ^ 0xee;
        long v2 = 0x6c7967656e657261L ^ k0;
        long v3 = 0x7465646279746573L ^ k1;
        int length = credential.length();
        long word = 0;
        // One step more than there are characters: the last word holds the rest and the length, as SipHash pads.
        for (int index = 0; index <= length; index++) {
            boolean last = index == length;
            word |= last ? (long) length << 56 : (long) credential.charAt(index) << (16 * (index & 3));
            if (last || (index & 3) == 3) {
                v3 ^= word;
                v0 += v1;
                v1 = Long.rotateLeft(v1, 13) ^ v0;
                v0 = Long.rotateLeft(v0, 32);
                v2 += v3;
                v3 = Long.rotateLeft(v3, 16) ^ v2;
                v0 += v3;
                v3 = Long.rotateLeft(v3, 21) ^ v0;
                v2 += v1;
                v1 = Long.rotateLeft(v1, 17) ^ v2;
                v2 = Long.rotateLeft(v2, 32);
                v0 ^= word;
                word = 0;
            }
        }
        v2 ^= 0xee;
        long high = 0;
        for (int round = 0; round < 6; round++) {
            if (round == 3) {
                high = v0 ^ v1 ^ v2 ^ v3;
                v1 ^= 0xdd;
            }
            v0 += v1;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v3;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 += v3;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 += v1;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v2 = Long.rotateLeft(v2, 32);
        }
        return table.route(high, v0 ^ v1 ^ v2 ^ v3, quotas);
    }
}
