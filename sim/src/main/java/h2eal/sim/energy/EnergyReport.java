package h2eal.sim.energy;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/// Energy by component, in pJ.
///
/// @param byComponent one entry per component, 0 or more
public record EnergyReport(Map<EnergyComponent, Double> byComponent) {

    public EnergyReport {
        EnumMap<EnergyComponent, Double> copy = new EnumMap<>(EnergyComponent.class);
        for (EnergyComponent component : EnergyComponent.values()) {
            Double picojoules = byComponent.get(component);
            if (picojoules == null || !(picojoules >= 0)) {
                throw new IllegalArgumentException(
                        "%s has no energy of 0 or more: %s".formatted(component, picojoules));
            }
            copy.put(component, picojoules);
        }
        byComponent = Collections.unmodifiableMap(copy);
    }

    /// Energy of one component.
    public double picojoules(EnergyComponent component) {
        return byComponent.get(component);
    }

    /// Energy of everything: the sum of the parts, by definition.
    public double totalPicojoules() {
        return byComponent.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    /// Energy drawn per action, not by time.
    public double dynamicPicojoules() {
        return byComponent.entrySet().stream()
                .filter(entry -> !entry.getKey().byTime())
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }
}
