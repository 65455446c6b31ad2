package h2eal.attention;

import java.util.List;

/// How many tokens a retrieval head may attend in one step, forced pages included.
///
/// A head reads everything while the context is within [#leastTokens]; beyond that it reads at least as many pages as
/// fit that number and at most as many as fit [#mostTokens].
public sealed interface Budget {

    /// Tokens that are always granted.
    int leastTokens(int contextTokens);

    /// Tokens that are never exceeded.
    int mostTokens(int contextTokens);

    /// This budget with `factor` times the tokens, in whole pages, at least two.
    default Budget scaled(double factor, int pageTokens) {
        return switch (this) {
            case Fixed fixed -> new Fixed(scaled(fixed.tokens, factor, pageTokens));
            case Growing growing ->
                new Growing(scaled(growing.tokens, factor, pageTokens), Math.max(1, growing.divisor / factor));
            case MassTarget target ->
                new MassTarget(
                        target.share,
                        scaled(target.tokens, factor, pageTokens),
                        scaled(target.capTokens, factor, pageTokens));
            case PerContext table ->
                new PerContext(
                        table.firstContext,
                        table.tokens.stream()
                                .map(tokens -> scaled(tokens, factor, pageTokens))
                                .toList());
        };
    }

    private static int scaled(int tokens, double factor, int pageTokens) {
        long pages = Math.max(2, Math.round(tokens * factor / pageTokens));
        return (int) Math.min(Integer.MAX_VALUE, pages * pageTokens);
    }

    /// The same number of tokens at every context.
    ///
    /// @param tokens at least 1
    record Fixed(int tokens) implements Budget {
        public Fixed {
            requirePositive("tokens", tokens);
        }

        @Override
        public int leastTokens(int contextTokens) {
            return tokens;
        }

        @Override
        public int mostTokens(int contextTokens) {
            return tokens;
        }
    }

    /// A share of the context, `contextTokens / divisor`, but never less than `tokens`. Long contexts hold more that
    /// matters (LServe: 8192 instead of 4096 tokens recover 3.4 points of RULER at 256K).
    ///
    /// @param tokens at least 1
    /// @param divisor at least 1
    record Growing(int tokens, double divisor) implements Budget {
        public Growing {
            requirePositive("tokens", tokens);
            if (!(divisor >= 1)) {
                throw new IllegalArgumentException("a budget needs divisor >= 1: " + divisor);
            }
        }

        @Override
        public int leastTokens(int contextTokens) {
            return Math.max(tokens, (int) (contextTokens / divisor));
        }

        @Override
        public int mostTokens(int contextTokens) {
            return leastTokens(contextTokens);
        }
    }

    /// As many pages as it takes to hold a share of the attention (top-p, as in Twilight). How scores foretell
    /// attention is learned head by head from the pages that are read; the first selection is a cautious guess.
    ///
    /// @param share share of the attention to keep, above 0 and at most 1
    /// @param tokens always granted, at least 1
    /// @param capTokens never exceeded, at least `tokens`
    record MassTarget(double share, int tokens, int capTokens) implements Budget {
        public MassTarget {
            requirePositive("tokens", tokens);
            if (!(share > 0 && share <= 1)) {
                throw new IllegalArgumentException("share must be above 0 and at most 1: " + share);
            }
            if (capTokens < tokens) {
                throw new IllegalArgumentException(
                        "capTokens must be at least tokens: %d, %d".formatted(capTokens, tokens));
            }
        }

        @Override
        public int leastTokens(int contextTokens) {
            return tokens;
        }

        @Override
        public int mostTokens(int contextTokens) {
            return capTokens;
        }
    }

    /// A number for every context, such as one measured step by step.
    ///
    /// @param firstContext context that `tokens` begins with; shorter ones get its first number, longer ones its last
    /// @param tokens each at least 1
    record PerContext(int firstContext, List<Integer> tokens) implements Budget {
        public PerContext {
            tokens = List.copyOf(tokens);
            if (tokens.isEmpty()) {
                throw new IllegalArgumentException("a budget per context needs at least one number");
            }
            tokens.forEach(each -> requirePositive("tokens", each));
        }

        @Override
        public int leastTokens(int contextTokens) {
            return tokens.get(Math.clamp((long) contextTokens - firstContext, 0, tokens.size() - 1));
        }

        @Override
        public int mostTokens(int contextTokens) {
            return leastTokens(contextTokens);
        }
    }

    private static void requirePositive(String field, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("a budget needs %s >= 1: %d".formatted(field, value));
        }
    }
}
