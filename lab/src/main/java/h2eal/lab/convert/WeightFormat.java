package h2eal.lab.convert;

import h2eal.runtime.gguf.TensorType;

/// How the matrices of a converted model are stored. Vectors are always F32: they are small, and others expect it.
public enum WeightFormat {
    /// As in the source.
    STORED,
    F32,
    F16,
    BF16,
    /// 8 bits; rows that are no whole number of 32 become F16.
    Q8_0;

    /// The type of one tensor.
    TensorType type(StoredTensor tensor) {
        if (tensor.shape().size() == 1) {
            return TensorType.F32;
        }
        return switch (this) {
            case STORED -> TensorType.valueOf(tensor.type().name());
            case F32 -> TensorType.F32;
            case F16 -> TensorType.F16;
            case BF16 -> TensorType.BF16;
            case Q8_0 -> tensor.columns() % TensorType.Q8_0.blockElements() == 0 ? TensorType.Q8_0 : TensorType.F16;
        };
    }
}
