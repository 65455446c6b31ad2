package h2eal.runtime.interleaved.code;

/// How small unsigned numbers lie in words of 32 bits, and what a word is multiplied with.
///
/// Nothing is masked: a word, shifted right so that a field stands at bit 0 of its lower or upper half, is multiplied
/// as two numbers of 16 bits, with all fields above still in it. What those contribute is a multiple of their numbers
/// modulo 2^16, and the multiplier of the field above takes it away: with field f at bit p(f) and its input m(f), the
/// multipliers are `m(f) - m(f - 1) * 2^(p(f) - p(f - 1))`. Sums modulo 2^16 are exact, because the true sum, its
/// numbers less [#offset], fits: see [RoundedInputs].
public enum Fields {
    /// Weights 4k to 4k + 3 of 32 as signed bytes of word k. Sums of their products do not fit 16 bits: they are
    /// multiplied as floats, with the inputs as they are.
    BYTES(32, 8, 0),
    /// As [#NIBBLES], but a nibble stands for a level in a table of sixteen, which a vector of 512 bits holds: levels
    /// are looked up and multiplied as floats, with the inputs as they are.
    LEVELS(32, 4, 0),
    /// Weight 4k + i of 32 at bit 8i of word k, weight 4k + i + 16 at bit 8i + 4.
    NIBBLES(32, 4, 8) {
        @Override
        public void multipliers(int[] inputs, int at, int[] multipliers, int to) {
            for (int k = 0; k < 4; k++) {
                int a = at + 4 * k;
                int b = a + 16;
                int m = to + 4 * k;
                multipliers[m] = pair(inputs[a], inputs[a + 2] - (inputs[b + 1] << 4));
                multipliers[m + 1] = pair(inputs[b] - (inputs[a] << 4), inputs[b + 2] - (inputs[a + 2] << 4));
                multipliers[m + 2] = pair(inputs[a + 1] - (inputs[b] << 4), inputs[a + 3] - (inputs[b + 2] << 4));
                multipliers[m + 3] = pair(inputs[b + 1] - (inputs[a + 1] << 4), inputs[b + 3] - (inputs[a + 3] << 4));
            }
        }
    },
    /// Weights 6k to 6k + 5 of 32 at bits 0, 5, 10, 16, 21 and 26 of word k; bit k of weights 30 and 31 at bits 15 and
    /// 31.
    FIVES(32, 5, 16) {
        @Override
        void lay(int[] numbers, int at, int[] words, int to) {
            for (int k = 0; k < 5; k++) {
                int n = at + 6 * k;
                int low = numbers[n] | numbers[n + 1] << 5 | numbers[n + 2] << 10 | (numbers[at + 30] >> k & 1) << 15;
                int high =
                        numbers[n + 3] | numbers[n + 4] << 5 | numbers[n + 5] << 10 | (numbers[at + 31] >> k & 1) << 15;
                words[to + k] = low | high << 16;
            }
        }

        @Override
        public void multipliers(int[] inputs, int at, int[] multipliers, int to) {
            for (int k = 0; k < 5; k++) {
                int n = at + 6 * k;
                int m = to + 4 * k;
                int lastLow = inputs[at + 30] << k;
                int lastHigh = inputs[at + 31] << k;
                multipliers[m] = pair(inputs[n], inputs[n + 3] - (lastLow << 1));
                multipliers[m + 1] = pair(inputs[n + 1] - (inputs[n] << 5), inputs[n + 4] - (inputs[n + 3] << 5));
                multipliers[m + 2] = pair(inputs[n + 2] - (inputs[n + 1] << 5), inputs[n + 5] - (inputs[n + 4] << 5));
                multipliers[m + 3] = pair(lastLow - (inputs[n + 2] << 5), lastHigh - (inputs[n + 5] << 5));
            }
        }
    },
    /// Weight i of 16 at bit 2i of the only word.
    TWOS(16, 1, 2) {
        @Override
        void lay(int[] numbers, int at, int[] words, int to) {
            words[to] = 0;
            for (int i = 0; i < 16; i++) {
                words[to] |= numbers[at + i] << 2 * i;
            }
        }

        @Override
        public void multipliers(int[] inputs, int at, int[] multipliers, int to) {
            multipliers[to] = pair(inputs[at], inputs[at + 8] - (inputs[at + 7] << 2));
            for (int i = 1; i < 8; i++) {
                int a = at + i;
                multipliers[to + i] = pair(inputs[a] - (inputs[a - 1] << 2), inputs[a + 8] - (inputs[a + 7] << 2));
            }
        }

        @Override
        public int shifts() {
            return 8;
        }
    },
    /// Weights 4k to 4k + 3 of 16 at bits 0, 6, 16 and 22 of word k; the low nibbles of weights 12 to 15 at bits 12 and
    /// 28 of words 0 and 1, their high pairs at bits 12, 14, 28 and 30 of word 2.
    SIXES(16, 3, 32) {
        @Override
        void lay(int[] numbers, int at, int[] words, int to) {
            for (int k = 0; k < 3; k++) {
                int n = at + 4 * k;
                int rest = at + 12 + (k < 2 ? 2 * k : 0);
                int low = k < 2 ? numbers[rest] & 15 : numbers[rest] >> 4 | numbers[rest + 1] >> 4 << 2;
                int high = k < 2 ? numbers[rest + 1] & 15 : numbers[rest + 2] >> 4 | numbers[rest + 3] >> 4 << 2;
                int lowHalf = numbers[n] | numbers[n + 1] << 6 | low << 12;
                words[to + k] = lowHalf | (numbers[n + 2] | numbers[n + 3] << 6 | high << 12) << 16;
            }
        }

        @Override
        public void multipliers(int[] inputs, int at, int[] multipliers, int to) {
            for (int k = 0; k < 3; k++) {
                int n = at + 4 * k;
                int m = to + 4 * k;
                int low = k < 2 ? inputs[at + 12 + 2 * k] : inputs[at + 12] << 4;
                int high = k < 2 ? inputs[at + 13 + 2 * k] : inputs[at + 14] << 4;
                // of words 0 and 1 no field is at bits 14 and 30: nothing is multiplied there
                int lastLow = k < 2 ? low << 2 : inputs[at + 13] << 4;
                int lastHigh = k < 2 ? high << 2 : inputs[at + 15] << 4;
                multipliers[m] = pair(inputs[n], inputs[n + 2] - (lastLow << 2));
                multipliers[m + 1] = pair(inputs[n + 1] - (inputs[n] << 6), inputs[n + 3] - (inputs[n + 2] << 6));
                multipliers[m + 2] = pair(low - (inputs[n + 1] << 6), high - (inputs[n + 3] << 6));
                multipliers[m + 3] = pair(lastLow - (low << 2), lastHigh - (high << 2));
            }
        }
    };

    private final int numbers;
    private final int words;
    private final int offset;

    Fields(int numbers, int words, int offset) {
        this.numbers = numbers;
        this.words = words;
        this.offset = offset;
    }

    /// Numbers that are summed together: as many inputs share a scale.
    public int numbers() {
        return numbers;
    }

    /// Words of so many numbers.
    public int words() {
        return words;
    }

    /// Whether numbers are multiplied as floats, with inputs that are not rounded.
    public boolean areFloats() {
        return this == BYTES || this == LEVELS;
    }

    /// Shifts of a word, that of no bits included, and multipliers of it.
    public int shifts() {
        return 4;
    }

    /// What numbers are too large by, half of what they can be.
    public int offset() {
        return offset;
    }

    /// Lays [#numbers] numbers out in [#words] words.
    ///
    /// @throws UnsupportedOperationException for fields that lie in the file as they do here, and are copied
    void lay(int[] numbers, int at, int[] words, int to) {
        throw new UnsupportedOperationException(this + " are copied word by word");
    }

    /// Computes the multipliers of [#words] words, [#shifts] each, from [#numbers] inputs. The lower half of a
    /// multiplier is for the lower halves of words.
    ///
    /// @throws UnsupportedOperationException for fields that are multiplied as floats
    public void multipliers(int[] inputs, int at, int[] multipliers, int to) {
        throw new UnsupportedOperationException(this + " are multiplied as floats");
    }

    private static int pair(int low, int high) {
        return low & 0xFFFF | high << 16;
    }
}
