package h2eal;

/// Keys, values and queries of a linear congruential generator, so that any language can draw the same numbers. The
/// expected values of the tests that use them were computed elsewhere in double precision. Every number is exact in
/// single precision.
public final class PortableVectors {

    public static final int TOKENS = 53;
    public static final int HEAD_SIZE = 8;
    public static final int HEADS = 2;
    public static final int PAGE_TOKENS = 4;
    public static final double SCALE = 1 / Math.sqrt(HEAD_SIZE);

    public final float[] keys;
    public final float[] values;
    public final float[] queries;

    private long state = 12345;

    public PortableVectors() {
        keys = draw(TOKENS, 4);
        values = draw(TOKENS, 1);
        queries = draw(HEADS, 3);
    }

    private float[] draw(int rows, int factor) {
        float[] numbers = new float[rows * HEAD_SIZE];
        for (int i = 0; i < numbers.length; i++) {
            state = (1103515245L * state + 12345) % (1L << 31);
            numbers[i] = (float) (factor * (Math.floorDiv(state, 1 << 15) / 65536.0 * 2 - 1));
        }
        return numbers;
    }
}
