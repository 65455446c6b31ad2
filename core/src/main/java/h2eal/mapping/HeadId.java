package h2eal.mapping;

/// One KV head of one sequence of the batch: the owner of one KV stream in every layer.
public record HeadId(int sequence, int kvHead) {}
