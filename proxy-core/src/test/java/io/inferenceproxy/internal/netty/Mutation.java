package io.inferenceproxy.internal.netty;

import java.util.Arrays;
import java.util.SplittableRandom;

/** What noise and malice do to bytes. */
enum Mutation {
    ANOTHER_BYTE {
        @Override
        byte[] of(byte[] bytes, SplittableRandom random) {
            byte[] changed = bytes.clone();
            changed[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            return changed;
        }
    },
    FLIPPED_BIT {
        @Override
        byte[] of(byte[] bytes, SplittableRandom random) {
            byte[] changed = bytes.clone();
            changed[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            return changed;
        }
    },
    INSERTED {
        @Override
        byte[] of(byte[] bytes, SplittableRandom random) {
            byte[] special = SPECIAL[random.nextInt(SPECIAL.length)];
            return spliced(bytes, random.nextInt(bytes.length + 1), 0, special);
        }
    },
    IN_PLACE_OF_A_BYTE {
        @Override
        byte[] of(byte[] bytes, SplittableRandom random) {
            return spliced(bytes, random.nextInt(bytes.length), 1, SPECIAL[random.nextInt(SPECIAL.length)]);
        }
    },
    /** At a place where something ends or begins, where it is likely to matter. */
    AT_A_SEAM {
        @Override
        byte[] of(byte[] bytes, SplittableRandom random) {
            int at = random.nextInt(bytes.length);
            while (at > 0 && SEAMS.indexOf(bytes[at]) < 0) {
                at--;
            }
            at = Math.max(0, at + random.nextInt(3) - 1);
            return spliced(
                    bytes,
                    at,
                    at < bytes.length && random.nextInt(3) == 0 ? 1 : 0,
                    SPECIAL[random.nextInt(SPECIAL.length)]);
        }
    },
    REMOVED {
        @Override
        byte[] of(byte[] bytes, SplittableRandom random) {
            int at = random.nextInt(bytes.length);
            int many = random.nextInt(4) == 0 ? random.nextInt(Math.min(60, bytes.length - at) + 1) : 1;
            return spliced(bytes, at, many, NOTHING);
        }
    },
    LINE_TWICE {
        @Override
        byte[] of(byte[] bytes, SplittableRandom random) {
            int at = lineStart(bytes, random.nextInt(bytes.length));
            return spliced(bytes, lineStart(bytes, random.nextInt(bytes.length)), 0, line(bytes, at));
        }
    },
    LINES_CROSSED {
        @Override
        byte[] of(byte[] bytes, SplittableRandom random) {
            int at = lineStart(bytes, random.nextInt(bytes.length));
            byte[] line = line(bytes, at);
            byte[] without = spliced(bytes, at, line.length, NOTHING);
            int to = without.length == 0 ? 0 : lineStart(without, random.nextInt(without.length));
            return spliced(without, to, 0, line);
        }
    },
    STRETCHED {
        @Override
        byte[] of(byte[] bytes, SplittableRandom random) {
            int at = random.nextInt(bytes.length);
            byte[] more = new byte[random.nextInt(20) == 0 ? random.nextInt(20_000) : random.nextInt(200)];
            Arrays.fill(more, bytes[at]);
            return spliced(bytes, at, 0, more);
        }
    },
    CUT_SHORT {
        @Override
        byte[] of(byte[] bytes, SplittableRandom random) {
            return Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length));
        }
    };

    private static final Mutation[] ALL = values();
    private static final byte[] NOTHING = {};
    private static final String SEAMS = "\r\n: ;,\t";
    private static final byte[][] SPECIAL = {
        {'\r'},
        {'\n'},
        {'\r', '\n'},
        {' '},
        {'\t'},
        {0},
        {':'},
        {0x0b},
        {0x0c},
        {0x7f},
        {(byte) 0x85},
        {(byte) 0xa0},
        {','},
        {';'},
        {'0'},
        {'1'},
        {'"'},
        {'\r', '\n', ' '},
        {'\r', '\n', '\r', '\n'},
        {' ', ':'},
        {0x1f},
        {'-'},
        {(byte) 0xff}
    };

    /** Bytes of which something is different; at least one where there was one. */
    abstract byte[] of(byte[] bytes, SplittableRandom random);

    /** Some mutations, one after the other. */
    static byte[] some(byte[] bytes, int many, SplittableRandom random) {
        byte[] changed = bytes;
        for (int i = 0; i < many && changed.length > 0; i++) {
            changed = ALL[random.nextInt(ALL.length)].of(changed, random);
        }
        return changed;
    }

    private static int lineStart(byte[] bytes, int near) {
        int at = near;
        while (at > 0 && bytes[at - 1] != '\n') {
            at--;
        }
        return at;
    }

    private static byte[] line(byte[] bytes, int from) {
        int to = from;
        while (to < bytes.length && bytes[to] != '\n') {
            to++;
        }
        return Arrays.copyOfRange(bytes, from, Math.min(bytes.length, to + 1));
    }

    private static byte[] spliced(byte[] bytes, int at, int removed, byte[] added) {
        byte[] result = new byte[bytes.length - removed + added.length];
        System.arraycopy(bytes, 0, result, 0, at);
        System.arraycopy(added, 0, result, at, added.length);
        System.arraycopy(bytes, at + removed, result, at + added.length, bytes.length - at - removed);
        return result;
    }
}
