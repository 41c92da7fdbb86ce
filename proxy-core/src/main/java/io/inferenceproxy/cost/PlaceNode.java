package io.inferenceproxy.cost;

import io.inferenceproxy.cost.JsonPlace.Kind;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A point on the way to places: which of them it is itself, and where the way goes on. Places go by their positions. */
final class PlaceNode {

    /** Off the way to all places. */
    static final PlaceNode NOWHERE = of(List.of());

    /** Which place is here for each kind; negative for none. */
    final int number;

    final int length;
    final int text;

    /** The places here and further on. */
    final int[] below;

    private final byte[][] names;
    private final long[] indexes;
    private final PlaceNode[] children;

    private PlaceNode(List<JsonPlace> places, int[] below, int depth) {
        Map<String, IntStream.Builder> ways = new LinkedHashMap<>();
        int[] here = {-1, -1, -1};
        for (int id : below) {
            JsonPlace place = places.get(id);
            List<String> steps = place.pointer().steps();
            if (steps.size() == depth) {
                here[place.kind().ordinal()] = id;
            } else {
                ways.computeIfAbsent(steps.get(depth), step -> IntStream.builder())
                        .add(id);
            }
        }
        this.number = here[Kind.NUMBER.ordinal()];
        this.length = here[Kind.LENGTH.ordinal()];
        this.text = here[Kind.TEXT.ordinal()];
        this.below = below;
        this.names = ways.keySet().stream()
                .map(step -> step.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        this.indexes = ways.keySet().stream().mapToLong(PlaceNode::index).toArray();
        this.children = ways.values().stream()
                .map(ids -> new PlaceNode(places, ids.build().toArray(), depth + 1))
                .toArray(PlaceNode[]::new);
    }

    static PlaceNode of(List<JsonPlace> places) {
        return new PlaceNode(places, IntStream.range(0, places.size()).toArray(), 0);
    }

    /** Digits without a leading zero are an index too (RFC 6901 section 4); what no array has room for is none. */
    private static long index(String step) {
        boolean digits = !step.isEmpty() && step.length() <= 18 && step.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits && (step.length() == 1 || step.charAt(0) != '0') ? Long.parseLong(step) : -1;
    }

    boolean hasChildren() {
        return children.length > 0;
    }

    /** Bits for all names that a member on the way can have. */
    long candidates() {
        return (1L << names.length) - 1;
    }

    /** Those of the candidates that have this byte at this position. */
    long matching(long candidates, int position, byte octet) {
        long left = candidates;
        for (long rest = candidates; rest != 0; rest &= rest - 1) {
            byte[] name = names[Long.numberOfTrailingZeros(rest)];
            if (position >= name.length || name[position] != octet) {
                left &= ~Long.lowestOneBit(rest);
            }
        }
        return left;
    }

    /** Where the way goes on from the candidate whose name has this length. */
    PlaceNode named(long candidates, int length) {
        for (long rest = candidates; rest != 0; rest &= rest - 1) {
            int child = Long.numberOfTrailingZeros(rest);
            if (names[child].length == length) {
                return children[child];
            }
        }
        return NOWHERE;
    }

    /** Where the way goes on from the item with this index. */
    PlaceNode item(long index) {
        for (int i = 0; i < indexes.length; i++) {
            if (indexes[i] == index) {
                return children[i];
            }
        }
        return NOWHERE;
    }
}
