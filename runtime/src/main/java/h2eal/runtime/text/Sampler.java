package h2eal.runtime.text;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Chooses the next token from the logits of the last position. Deterministic: the same sampler over the same logits
/// chooses the same tokens.
public sealed interface Sampler {

    /// Starts the sequence of choices of one generation.
    Choice start();

    /// The choices of one generation, in order.
    @FunctionalInterface
    interface Choice {
        /// Chooses a token; `logits` holds one number per token and is left as it is.
        int next(float[] logits);
    }

    /// Always the token with the largest logit, the lower id on a tie.
    record Greedy() implements Sampler {
        @Override
        public Choice start() {
            return TokenDistribution::argmax;
        }
    }

    /// A random token: logits are divided by `temperature`, then cut by each limit in turn, then drawn from.
    ///
    /// @param temperature divides the logits; positive
    /// @param topK keeps this many of the likeliest tokens; 0 keeps all
    /// @param topP keeps the fewest likeliest tokens whose probabilities reach this sum; 1 keeps all
    /// @param minP keeps tokens at least this fraction as likely as the likeliest; 0 keeps all
    /// @param seed start of the random numbers
    record Random(double temperature, int topK, double topP, double minP, long seed) implements Sampler {

        private static final RandomGeneratorFactory<RandomGenerator> GENERATOR =
                RandomGeneratorFactory.of("L64X128MixRandom");

        public Random {
            if (!(temperature > 0) || Double.isInfinite(temperature)) {
                throw new IllegalArgumentException("temperature must be positive and finite: " + temperature);
            }
            if (topK < 0) {
                throw new IllegalArgumentException("topK must not be negative: " + topK);
            }
            if (!(topP > 0 && topP <= 1)) {
                throw new IllegalArgumentException("topP must be above 0 and at most 1: " + topP);
            }
            if (!(minP >= 0 && minP <= 1)) {
                throw new IllegalArgumentException("minP must be from 0 to 1: " + minP);
            }
        }

        /// Samples at `temperature` without cutting anything.
        public static Random atTemperature(double temperature, long seed) {
            return new Random(temperature, 0, 1, 0, seed);
        }

        @Override
        public Choice start() {
            RandomGenerator random = GENERATOR.create(seed);
            return logits -> TokenDistribution.of(logits, temperature)
                    .keepMostLikely(topK)
                    .keepMass(topP)
                    .keepAbove(minP)
                    .draw(random.nextDouble());
        }
    }
}
