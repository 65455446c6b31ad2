package h2eal.runtime.vector;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// The vector shapes all kernels use: constants, because the JIT compiles vector code well only for constant species.
/// A system property narrows them, so that every width is tested on one machine.
public final class VectorShapes {

    /// System property that sets the width of a vector in bits (128, 256, 512); 0 asks for scalar kernels.
    public static final String WIDTH_PROPERTY = "h2eal.vectorBits";

    private static final int BITS = bits();

    public static final VectorSpecies<Float> F = VectorShape.forBitSize(BITS).withLanes(float.class);

    public static final VectorSpecies<Integer> I = F.withLanes(int.class);

    /// As many shorts as floats; 64 bits, the narrowest vector, with the narrowest floats.
    public static final VectorSpecies<Short> S =
            VectorShape.forBitSize(Math.max(64, BITS / 2)).withLanes(short.class);

    /// Twice as many shorts as ints, in a vector of the same width.
    public static final VectorSpecies<Short> HALVES_OF_INTS = F.withLanes(short.class);

    /// As many bytes as floats, but at least 8, the narrowest byte vector.
    public static final VectorSpecies<Byte> B = byteSpecies();

    /// Numbers of a float vector.
    public static final int LANES = F.length();

    /// Bytes of a float vector.
    public static final int VECTOR_BYTES = F.vectorByteSize();

    private VectorShapes() {}

    /// Width of the vectors this JVM has for this CPU.
    public static int preferredBits() {
        return FloatVector.SPECIES_PREFERRED.vectorBitSize();
    }

    private static int bits() {
        int bits = Integer.getInteger(WIDTH_PROPERTY, preferredBits());
        if (bits != 128 && bits != 256 && bits != 512) {
            throw new IllegalArgumentException("%s must be 0, 128, 256 or 512: %d".formatted(WIDTH_PROPERTY, bits));
        }
        return bits;
    }

    private static VectorSpecies<Byte> byteSpecies() {
        return F.length() == 16 ? ByteVector.SPECIES_128 : ByteVector.SPECIES_64;
    }
}
