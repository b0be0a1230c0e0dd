package io.troupe.actors.weights;

/**
 * Sorts the bytes of words by their place: all first bytes, then all second ones, and so on; bytes behind the last whole word stay where they are. Where
 * two versions of a policy differ, they differ in the low bytes of their numbers, so that the planes of the high bytes are nearly all zero and pack well.
 */
final class WordPlanes {

    private WordPlanes() {}

    static void split(byte[] words, int length, int width, byte[] planes) {
        int count = length / width;
        for (int plane = 0; plane < width; plane++) {
            int at = plane * count;
            for (int i = 0, from = plane; i < count; i++, from += width) {
                planes[at + i] = words[from];
            }
        }
        System.arraycopy(words, count * width, planes, count * width, length - count * width);
    }

    /** The way back from {@link #split}. */
    static void join(byte[] planes, int length, int width, byte[] words) {
        int count = length / width;
        for (int plane = 0; plane < width; plane++) {
            int at = plane * count;
            for (int i = 0, to = plane; i < count; i++, to += width) {
                words[to] = planes[at + i];
            }
        }
        System.arraycopy(planes, count * width, words, count * width, length - count * width);
    }
}
