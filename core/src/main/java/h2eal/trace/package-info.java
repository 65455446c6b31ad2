/// Recorded reads as a stream of bytes: a run of the runtime, kept for the simulator.
///
/// ```
/// trace  = "H2RT" version frame(header) frame(step)* frame(end)
/// frame  = length payload crc         length of the payload; crc: CRC-32C of the payload; 4 bytes each, low byte first
/// header = nameLength name layers kvHeads pageTokens summaryTokens          name in UTF-8
/// step   = contextTokens head*        one head per layer and KV head, layer by layer
/// end    = 0 steps                    where the context of a step would be: 0; then the number of steps
/// head   = tag [summariesScored] [ranges]
/// tag    = the kind of token set in bits 0 and 1; bit 2 is set if summaries were scored, and their number follows
/// ranges = count (gap length)*        gap from the end of the range before, for all but the first less 1; length less
/// 1
/// ```
///
/// The version, 1, and a tag are one byte. All other numbers are unsigned LEB128 of at most five bytes, up to 2^31 - 1.
///
/// | kind | the tokens |
/// |---|---|
/// | 0 *ranges* | those that follow |
/// | 1 *grown* | the head's of the step before, the last range's end moved with the context: dense heads, reused
/// selections |
/// | 2 *slid* | the head's of the step before, both ends of the last range moved with the context: streaming heads |
///
/// A head that repeats costs one byte. Every payload is under a checksum and the end is written out, so that a damaged
/// or
/// cut trace is noticed.
package h2eal.trace;
