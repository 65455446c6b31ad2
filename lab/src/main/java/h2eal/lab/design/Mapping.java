package h2eal.lab.design;

import h2eal.mapping.Balancer;
import h2eal.mapping.Placement;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/// The `mapping:` block of an experiment: a system of the evaluation.
///
/// @param name name of the system
/// @param dense whether it reads everything, whatever the `attention:` block says; the baselines do
/// @param placement where the cache lies
/// @param balancer which tiles work for which head
/// @param bankSlack how far above its share a bank may go when pages are selected; empty selects by score alone
/// @param hotPageCopies pages of every retrieval head that get a second copy, learned from the first half of the steps
public record Mapping(
        String name,
        boolean dense,
        Placement placement,
        Balancer balancer,
        OptionalDouble bankSlack,
        OptionalInt hotPageCopies) {

    public Mapping {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(placement, "placement");
        Objects.requireNonNull(balancer, "balancer");
        Objects.requireNonNull(bankSlack, "bankSlack");
        Objects.requireNonNull(hotPageCopies, "hotPageCopies");
    }
}
